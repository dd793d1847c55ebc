"""What was written stays: triggers in the database itself."""

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import AuditEvent, CreditEntry
from accounts.services import audit_record, credits_grant
from consent.models import ConsentEvent
from projects.retention.certificates import certificate_write
from projects.retention.classes import DataClass
from projects.retention.models import DeletionCause, DeletionCertificate
from projects.retention.registry import Erased
from tests.conftest import APPEND_ONLY_TABLES
from tests.factories import ClipFactory, OrganizationFactory, answer, request_for
from tests.postgres import fresh_database


@pytest.fixture
def rows(db):
    organization = OrganizationFactory()
    credits_grant(organization=organization, seconds=60, reason="test")
    audit_record(organization=organization, acting_user=None, action="test.made", object_id="tst_1")
    answer(request_for(ClipFactory()))
    certificate_write(
        organization=organization,
        acting_user=None,
        object_id="tst_1",
        data_class=DataClass.PHOTO,
        cause=DeletionCause.DATE,
        erased=Erased("test"),
    )
    models = (AuditEvent, CreditEntry, ConsentEvent, DeletionCertificate)
    return {model._meta.db_table: model.objects.count() for model in models}


def test_the_tables_under_test_are_those_that_have_rows(rows):
    assert set(rows) == set(APPEND_ONLY_TABLES)
    assert all(rows.values())


@pytest.mark.parametrize("table", APPEND_ONLY_TABLES)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET id = id",
        "UPDATE OR IGNORE {} SET id = id",
        "DELETE FROM {}",
        "REPLACE INTO {0} SELECT * FROM {0}",
    ],
)
def test_raw_sql_cannot_change_or_delete_a_row(rows, table, statement):
    with pytest.raises(DatabaseError, match="kept as they were written"), transaction.atomic():
        connection.cursor().execute(statement.format(table))

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
        assert cursor.fetchone()[0] == rows[table]


def test_the_orm_cannot_delete_an_event(rows):
    with pytest.raises(DatabaseError), transaction.atomic():
        ConsentEvent.objects.first().delete()


# A row for each table, with as little in it as the constraints let through.
POSTGRES_ROWS = """
INSERT INTO accounts_organization (id, name, kind, created_at) VALUES ('org_1', 'Museum', 'museum', now());
INSERT INTO accounts_user (id, password, is_superuser, email, full_name, is_staff, is_active, date_joined)
    VALUES ('usr_1', '', false, 'a@example.org', '', false, true, now());
INSERT INTO consent_subject (id, organization_id, kind, name, language, guardian_name, statement, statement_source,
    moderation_state, decided_by, created_by_id, created_at)
    VALUES ('sub_1', 'org_1', 'fictional', 'Fox', 'en', '', '', '', 'none', '', 'usr_1', now());
INSERT INTO accounts_auditevent (organization_id, sequence, actor_id, action, object_id, data, at, previous_hash, hash)
    VALUES ('org_1', 1, '', 'test', 'tst_1', '{}', now(), '', '');
INSERT INTO accounts_creditentry (organization_id, kind, seconds, delta, expiring, render_id, reason, at)
    VALUES ('org_1', 'grant', 60, 60, 0, '', '', now());
INSERT INTO consent_consentevent (id, organization_id, subject_id, sequence, scope, state, photo_sha256, voice,
    words_sha256, topic, text, text_version, text_sha256, source, evidence_sha256, signature_method, challenge_words,
    selfie_outcome, selfie_method, typed_name, grantor_kind, actor_id, language, at, previous_hash, hash)
    VALUES ('cev_1', 'org_1', 'sub_1', 1, 'statement', 'granted', '', '', '', '', '', '', '', '', '', '', '', '', '',
    '', 'editor', '', 'en', now(), '', '');
INSERT INTO projects_deletioncertificate (id, organization_id, sequence, object_id, data_class, cause, method, files,
    rows, actor_id, at, previous_hash, hash, signed)
    VALUES ('crt_1', 'org_1', 1, 'por_1', 'photo', 'date', 'test', '[]', '[]', '', now(), '', '', '{}');
"""


@pytest.mark.service
def test_postgresql_refuses_to_change_delete_or_truncate():
    with fresh_database() as database, psycopg.connect(database, autocommit=True) as server:
        server.execute(POSTGRES_ROWS)
        for table in APPEND_ONLY_TABLES:
            for statement in (
                "UPDATE {} SET id = id",
                "DELETE FROM {}",
                "TRUNCATE {} CASCADE",
                "INSERT INTO {0} OVERRIDING SYSTEM VALUE SELECT * FROM {0} ON CONFLICT (id) DO UPDATE SET id = {0}.id",
                "MERGE INTO {0} USING {0} AS b ON {0}.id = b.id WHEN MATCHED THEN DELETE",
            ):
                with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="kept as they were written"):
                    server.execute(statement.format(table))
            assert server.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,)  # noqa: S608
