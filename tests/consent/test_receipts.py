"""The record, its signature, and what a change to either is found by."""

import json

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.append_only import allowing_sql
from consent.gate import Scope
from consent.models import ConsentEvent
from consent.receipts import receipt_json, receipt_lines, receipt_pdf
from consent.record import record_of_request, record_of_statement
from consent.selectors import receipt_token, request_token
from consent.services import challenge_issue, consent_answer, consent_withdraw
from consent.signing import check_receipt
from consent.wording_print import printed_words
from tests.factories import ClipFactory, SubjectFactory, answer, request_for, statement_for

pytestmark = pytest.mark.django_db

HEADER = {"schema_version", "record_id", "pii_principal_id", "pii_processing", "party_identification", "event"}
PROCESSING = {"privacy_notice", "language", "purposes", "jurisdiction"}
PURPOSE = {
    "pii_information",
    "pii_controllers",
    "storage_locations",
    "retention_period",
    "recipient_third_parties",
    "withdrawal_method",
    "lawful_basis",
}
PARTY = {"party_id", "party_name", "party_contact", "party_type"}
EVENT = {"event_time", "validity_duration", "entity_id", "event_type", "event_state"}


@pytest.fixture
def keys(tmp_path, settings):
    settings.LIKENESS_KEYS_DIR = tmp_path / "keys"
    return settings.LIKENESS_KEYS_DIR


@pytest.fixture
def asked():
    request = request_for(ClipFactory())
    answer(request, {Scope.FACE, Scope.VOICE})
    return request


def test_the_record_has_the_fields_of_the_specification(asked):
    record = record_of_request(asked)

    assert set(record) >= HEADER
    assert set(record["pii_processing"]) >= PROCESSING
    assert all(set(purpose) >= PURPOSE for purpose in record["pii_processing"]["purposes"])
    assert all(set(party) >= PARTY for party in record["party_identification"])
    assert all(set(event) >= EVENT for event in record["event"])
    assert json.loads(json.dumps(record)) == record


def test_the_record_says_what_was_answered_and_what_was_shown(asked):
    record = record_of_request(asked)

    assert [event["event_state"] for event in record["event"]] == ["face granted", "voice granted", "words refused"]
    assert record["event"][0]["validity_duration"].startswith("PT")
    assert record["likeness"]["photo_sha256s"] == [asked.photo_sha256]
    assert record["likeness"]["biometric_release_at"] == record["event"][0]["event_time"]
    shown = ConsentEvent.objects.get(scope="face")
    assert record["likeness"]["events"][0]["text"] == shown.text
    assert record["likeness"]["events"][0]["challenge_words"] == shown.challenge_words


def test_from_where_an_answer_came_is_told_to_the_person_alone(asked):
    assert "203.0.113.0" in json.dumps(record_of_request(asked, with_traces=True))
    assert "203.0.113.0" not in json.dumps(record_of_request(asked))


def test_a_guardian_is_a_party_of_the_record():
    subject = SubjectFactory(kind="minor", name="Ida")
    request = request_for(ClipFactory(organization=subject.organization, portrait__subject=subject))
    answer(request)

    roles = {party["party_role"] for party in record_of_request(request)["party_identification"]}

    assert "PII principal's representative" in roles


def test_a_statement_has_a_record_with_its_evidence():
    subject = SubjectFactory(kind="deceased")
    statement_for(subject)

    record = record_of_statement(subject.events.get())

    assert set(record) >= HEADER
    assert len(record["likeness"]["evidence_of_authority"]) == 64


def test_a_receipt_is_good_and_ours(asked, keys):
    checked = check_receipt(receipt_json(asked), keys=keys)

    assert (checked.good, checked.ours, checked.record_id, checked.events) == (True, True, asked.pk, 3)


def test_the_key_is_made_once_and_is_private(asked, keys):
    first, second = (json.loads(receipt_json(asked))["signature"]["fingerprint"] for _ in range(2))

    assert first == second
    assert (keys / "receipts" / "key.pem").stat().st_mode & 0o777 == 0o600


def test_a_receipt_of_another_installation_is_not_ours(asked, keys, settings, tmp_path):
    content = receipt_json(asked)

    checked = check_receipt(content, keys=tmp_path / "other keys")

    assert (checked.good, checked.ours) == (True, False)


@pytest.mark.parametrize(
    "change",
    [
        lambda receipt: receipt["record"]["likeness"].update(words="Something else."),
        lambda receipt: receipt["record"]["event"].pop(),
        lambda receipt: receipt.update(signed_at="2020-01-01T00:00:00+00:00"),
        lambda receipt: receipt["signature"].update(value=receipt["signature"]["value"][::-1]),
        lambda receipt: receipt["record"]["likeness"]["events"][2].update(state="granted"),
        lambda receipt: receipt["record"]["likeness"]["events"][0].update(text="I agree to everything."),
        lambda receipt: receipt.pop("signature"),
    ],
)
def test_whatever_is_changed_in_a_receipt_is_found(asked, keys, change):
    receipt = json.loads(receipt_json(asked))
    change(receipt)

    assert not check_receipt(json.dumps(receipt).encode(), keys=keys).good


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[]", b'{"signature": 1, "record": {}}'])
def test_what_is_no_receipt_is_said_to_be_none(content, keys):
    assert check_receipt(content, keys=keys).problems == ("This is not a receipt, or a part of it is missing.",)


def verify(path, capsys) -> tuple[int, str]:
    code = 0
    try:
        call_command("consent_receipt", "verify", str(path))
    except SystemExit as end:
        code = int(str(end.code))
    return code, capsys.readouterr().out


def test_the_command_says_good(asked, keys, tmp_path, capsys):
    path = tmp_path / "receipt.json"
    path.write_bytes(receipt_json(asked))

    code, out = verify(path, capsys)

    assert (code, out.splitlines()[-1]) == (0, "good")


def test_the_command_finds_a_ledger_that_was_changed(asked, keys, tmp_path, capsys):
    path = tmp_path / "receipt.json"
    path.write_bytes(receipt_json(asked))
    with connection.cursor() as cursor:
        for statement in allowing_sql("consent_consentevent", connection.vendor):
            cursor.execute(statement)
        cursor.execute("UPDATE consent_consentevent SET hash = 'x' WHERE sequence = 2")

    code, out = verify(path, capsys)

    assert code == 1
    assert "not in the ledger" in out


def test_a_withdrawal_stands_in_the_receipt(asked, keys):
    consent_withdraw(token=receipt_token(asked), scopes={Scope.VOICE})

    receipt = json.loads(receipt_json(asked))

    assert receipt["record"]["event"][-1]["event_state"] == "voice withdrawn"
    assert check_receipt(receipt_json(asked), keys=keys).good


def test_a_receipt_is_printed(asked, keys):
    pytest.importorskip("reportlab")

    content = receipt_pdf(asked)

    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") + content.count(b"/Type /Page ") >= 1


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Yes: the face"), ("de", "Ja: das Gesicht"), ("es", "Sí: la cara")]
)
def test_a_receipt_is_printed_in_the_language_of_the_answer(language, said, keys):
    request = request_for(ClipFactory())
    words = challenge_issue(request, language=language).words
    consent_answer(
        token=request_token(request),
        granted={Scope.FACE},
        typed_name="Mira",
        ip="",
        user_agent="",
        language=language,
        challenge=words,
    )

    lines = [text for _, text in receipt_lines(json.loads(receipt_json(request)))]

    assert any(line.startswith(said) for line in lines)
    assert receipt_pdf(request).startswith(b"%PDF-")
    assert set(printed_words(language)) == set(printed_words("en"))
