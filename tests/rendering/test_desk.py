"""The desk in the back office: who comes to it, what a case shows, evidence, holds."""

from urllib.parse import unquote

import pytest
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.urls import URLPattern, URLResolver, reverse

from accounts.models import AuditEvent
from consent.models import Evidence, SubjectKind
from projects.moderation.models import Case, CaseKind, Decision, Verdict
from projects.moderation.opening import case_open
from projects.moderation.services import case_decide
from projects.retention.models import LegalHold
from projects.retention.policies import hold_place
from tests.factories import (
    ClipFactory,
    OrganizationFactory,
    SubjectFactory,
    UserFactory,
    moderator,
    operator,
    statement_for,
)

pytestmark = pytest.mark.django_db

# What any of the staff may open: the way in and out, their own password, a search among the lists they may open.
_ANYBODYS = {"search", "index", "login", "logout", "password_change", "password_change_done", "jsi18n", "view_on_site"}
_DESK = ("projects_case_", "moderation_")


def admin_addresses():
    """(name, path) of every address of the back office, with ids that look real."""
    return list(_below(admin.site.get_urls(), "/admin/"))


def _below(patterns, prefix):
    for pattern in patterns:
        route = prefix + str(pattern.pattern).replace("^", "")
        if isinstance(pattern, URLResolver):
            yield from _below(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            for kind in (
                "<path:object_id>",
                "<str:case_id>",
                "<str:evidence_id>",
                "<str:decision_id>",
                "<str:portrait_id>",
                "<id>",
            ):
                route = route.replace(kind, "cas_0000000000000000")
            yield pattern.name or "", route.replace("<str:what>", "photo").replace("<path:content_type_id>", "1")


def test_a_moderator_can_open_the_desk_and_nothing_else_of_the_back_office(client):
    client.force_login(moderator())
    opened = set()
    for name, path in admin_addresses():
        if name in _ANYBODYS or name.startswith(_DESK) or "(" in path or "<" in path:
            continue
        if client.get(path).status_code not in (302, 403, 404) or client.post(path).status_code == 200:
            opened.add(path)
    assert opened == set()


def test_a_moderator_is_refused_and_not_only_sent_away_at_every_list(client):
    client.force_login(moderator())
    lists = [path for name, path in admin_addresses() if name.endswith("_changelist") and "_case_" not in name]
    assert len(lists) > 15
    assert {path: client.get(path).status_code for path in lists} == dict.fromkeys(lists, 403)


def test_every_list_of_the_back_office_opens_for_an_operator(client):
    client.force_login(operator())
    lists = [path for name, path in admin_addresses() if name.endswith("_changelist")]
    assert {path: client.get(path).status_code for path in lists} == dict.fromkeys(lists, 200)


def test_only_users_and_groups_are_written_in_the_back_office(client):
    client.force_login(operator())
    adding = [path for name, path in admin_addresses() if name.endswith("_add")]
    writable = {path for path in adding if client.get(path).status_code == 200}
    assert writable == {"/admin/accounts/user/add/", "/admin/auth/group/add/"}


@pytest.fixture
def case():
    subject = SubjectFactory(kind=SubjectKind.DECEASED, name="Ada Wren")
    statement_for(subject)
    clip = ClipFactory(organization=subject.organization, created_by=subject.created_by, portrait__subject=subject)
    return case_open(
        key="t", kind=CaseKind.STATEMENT, risk=3, summary="A test.", organization=clip.organization, clip=clip
    )


def test_a_case_shows_words_person_statement_and_history_on_one_page(client, case):
    earlier = case_open(
        key="u", kind=CaseKind.WORDS, risk=3, summary="Before.", organization=case.organization, clip=case.clip
    )
    case_decide(acting_user=moderator(), case=earlier, verdict=Verdict.RESTRICT, reason="Earlier.")
    client.force_login(moderator())
    page = client.get(f"/admin/projects/case/{case.pk}/change/").content.decode()
    for piece in (case.clip.words, "Ada Wren", case.subject.statement or "A talk", "Restrict", case.organization.name):
        assert piece in page


def test_opening_a_document_is_audited_and_leads_to_an_address_that_lives_a_minute(client, case):
    who = moderator()
    client.force_login(who)
    document = Evidence.objects.get()
    answer = client.get(reverse("admin:moderation_evidence", args=[case.pk, document.pk]))
    assert answer.status_code == 302
    assert client.get(answer.url).headers["Content-Disposition"].startswith("attachment")
    event = AuditEvent.objects.get(action="evidence.opened")
    assert (event.actor_id, event.object_id, event.data) == (who.pk, document.pk, {"case": case.pk})


def test_a_case_about_a_person_shows_their_pictures_and_nobody_elses(client, case):
    Case.objects.filter(pk=case.pk).update(portrait=None, clip=None)
    own, other = case.clip.portrait, ClipFactory().portrait
    client.force_login(moderator())
    page = client.get(f"/admin/projects/case/{case.pk}/change/").content.decode()
    assert reverse("admin:moderation_picture", args=[case.pk, own.pk]) in page
    assert client.get(reverse("admin:moderation_picture", args=[case.pk, own.pk])).status_code == 302
    assert client.get(reverse("admin:moderation_picture", args=[case.pk, other.pk])).status_code == 404


def test_a_document_of_another_person_is_not_opened_through_a_case(client, case):
    other = SubjectFactory(kind=SubjectKind.DECEASED)
    statement_for(other)
    client.force_login(moderator())
    document = Evidence.objects.get(subject=other)
    assert client.get(reverse("admin:moderation_evidence", args=[case.pk, document.pk])).status_code == 404
    assert not AuditEvent.objects.filter(action="evidence.opened").exists()


def test_after_a_decision_the_next_case_comes(client, case):
    following = case_open(
        key="v", kind=CaseKind.WORDS, risk=1, summary="Later.", organization=case.organization, clip=case.clip
    )
    client.force_login(moderator())
    answer = client.post(f"/admin/projects/case/{case.pk}/change/", {"verdict": "approve", "reason": "The will."})
    assert following.pk in unquote(answer.url).replace("_5F", "_")


def test_a_verdict_that_is_not_offered_is_not_taken(client, case):
    client.force_login(moderator())
    answer = client.post(f"/admin/projects/case/{case.pk}/change/", {"verdict": "erase", "reason": "At once."})
    assert answer.status_code == 422
    assert not Decision.objects.exists()


def test_a_case_that_is_not_there_is_not_found(client):
    client.force_login(moderator())
    assert client.get("/admin/projects/case/cas_0000000000000000/change/").status_code == 404


def test_a_clock_that_runs_out_brings_a_waiting_case_back_into_the_queue(client, case):
    Case.objects.filter(pk=case.pk).update(state="waiting", due_at="2026-01-01T00:00Z")
    client.force_login(moderator())
    assert b"overdue since" in client.get("/admin/projects/case/").content


def test_an_operator_places_a_hold_and_lifts_it_with_a_reason(client):
    organization = OrganizationFactory()
    client.force_login(operator())
    client.post(reverse("admin:hold_place"), {"organization": organization.pk, "reason": "Court, 12/26"})
    hold = LegalHold.objects.get()
    address = reverse("admin:projects_legalhold_change", args=[hold.pk])
    client.post(address, {"reason": " "})
    hold.refresh_from_db()
    assert hold.lifted_at is None
    client.post(address, {"reason": "The case is closed."})
    hold.refresh_from_db()
    assert hold.lifted_reason == "The case is closed."


@pytest.mark.parametrize("field", ["organization", "project", "subject"])
def test_a_hold_on_what_is_not_there_or_not_theirs_says_so(client, field):
    values = {"organization": OrganizationFactory().pk, "reason": "Court", field: SubjectFactory().pk + "x"}
    client.force_login(operator())
    assert b"with this id" in client.post(reverse("admin:hold_place"), values).content
    assert not LegalHold.objects.exists()


def test_neither_a_moderator_nor_plain_staff_places_holds(client):
    for who in (moderator(), UserFactory(is_staff=True)):
        client.force_login(who)
        assert client.get(reverse("admin:hold_place")).status_code == 403
        with pytest.raises(PermissionDenied):
            hold_place(organization=OrganizationFactory(), acting_user=who, reason="Court")
