"""The site's routes × roles × tenants: one table, and a route without a row fails. The API's: test_api_routes."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from accounts.models import Organization, Role
from consent.models import Appeal, OptOut
from tests.config.things import published_render, things_of
from tests.factories import OrganizationFactory, member_of
from tests.factories_batches import batch_of, invented_portrait

ALL = frozenset(Role)
SEES = ALL - {Role.BILLING}
SAVES = frozenset({Role.OWNER, Role.ADMIN, Role.EDITOR, Role.REVIEWER})
EDITS = frozenset({Role.OWNER, Role.ADMIN, Role.EDITOR})
RUNS = frozenset({Role.OWNER, Role.ADMIN})
PAYS = frozenset({Role.OWNER, Role.BILLING})

# Route and method: the roles that may. What is not in the address (a form's fields) is tested where its page is.
TABLE = {
    ("accounts:start", "GET"): ALL,
    ("accounts:organization", "GET"): ALL,
    ("accounts:organization_new", "GET"): ALL,
    ("accounts:members", "GET"): SEES,
    ("accounts:audit", "GET"): RUNS,
    ("accounts:audit_export", "GET"): RUNS,
    ("accounts:api_keys", "GET"): RUNS,
    ("accounts:webhooks", "GET"): RUNS,
    ("billing:page", "GET"): PAYS,
    ("consent:questions", "GET"): SEES,
    ("consent:class_new", "GET"): SEES,
    ("consent:class", "GET"): EDITS,
    ("consent:appeal", "GET"): EDITS,
    ("consent:subject", "GET"): SEES,
    ("consent:subject", "POST"): EDITS,
    ("consent:request", "GET"): SEES,
    ("consent:request", "POST"): EDITS,
    ("consent:request_change", "POST"): EDITS,
    ("consent:request_renew", "POST"): EDITS,
    ("consent:request_receipt", "GET"): SEES,
    ("projects:portrait", "GET"): SEES,
    ("projects:portrait_image", "GET"): SEES,
    ("projects:retention", "GET"): SEES,
    ("projects:decisions", "GET"): SEES,
    ("projects:decision_answer", "POST"): EDITS,
    ("projects:recording", "GET"): SEES,
    ("projects:recording_sound", "GET"): SEES,
    ("rendering:studio", "GET"): SEES,
    ("rendering:clip_new", "GET"): SEES,
    ("rendering:estimate", "POST"): SEES,
    ("rendering:heard", "POST"): ALL,
    ("rendering:clip", "GET"): SEES,
    ("rendering:clip_state", "GET"): SEES,
    ("rendering:clip_render", "POST"): EDITS,
    ("rendering:clip_take", "POST"): EDITS,
    ("rendering:batches", "GET"): SEES,
    ("rendering:batch_new", "GET"): EDITS,
    ("rendering:batch_example", "GET"): ALL,
    ("rendering:batch", "GET"): SEES,
    ("rendering:batch_state", "GET"): SEES,
    ("rendering:batch_edit", "GET"): EDITS,
    ("rendering:batch_rows", "GET"): SAVES,
    ("rendering:batch_download", "GET"): SAVES,
    ("rendering:batch_start", "POST"): EDITS,
    ("rendering:batch_pause", "POST"): EDITS,
    ("rendering:batch_resume", "POST"): EDITS,
    ("rendering:batch_cancel", "POST"): EDITS,
    ("rendering:batch_delete", "POST"): EDITS,
    ("rendering:batch_recheck", "POST"): EDITS,
    ("rendering:batch_correct", "POST"): EDITS,
    ("rendering:batch_again", "POST"): EDITS,
    ("rendering:batch_skip", "POST"): EDITS,
    ("rendering:batch_ask", "POST"): EDITS,
    ("rendering:batch_row_ask", "POST"): EDITS,
    ("rendering:render_cancel", "POST"): EDITS,
    ("rendering:video", "GET"): SEES,
    ("rendering:download", "GET"): SAVES,
    ("rendering:poster", "GET"): SEES,
}
# Their things are made, and their roles and tenants tested, where their pages are.
TESTED_ELSEWHERE = {
    "accounts:api_key_revoke",
    "accounts:api_key_rotate",
    "accounts:invitation_change",
    "accounts:leave",
    "accounts:member",
    "accounts:webhook",
    "accounts:webhook_delivery",
    "accounts:webhook_delivery_again",
    "accounts:webhook_do",
    "billing:change",
    "billing:invoices",
    "consent:selfies",
    "consent:spoken",
    "consent:subject_link",
    "projects:account_close",
    "projects:closing",
    "projects:closing_begin",
    "projects:closing_end",
    "projects:decision_appeal",
    "projects:export",
    "projects:lexicon",
    "projects:lexicon_remove",
    "projects:lexicon_sound",
    "projects:points",
    "projects:points_trial",
    "projects:recording_trim",
    "projects:recording_words",
    "projects:picture",
    "rendering:captions",
    "rendering:captions_download",
    "rendering:compare",
    "rendering:cut_out",
    "rendering:cut_out_credentials",
    "rendering:discard",
    "rendering:disclosure",
    "rendering:preview",
    "rendering:preview_piece",
    "rendering:repair",
    "rendering:share_end",
    "rendering:shares",
    "rendering:voice_sample",
    "rendering:voices",
}
# Whoever may do nothing else there is shown the form, and refused by the service behind it.
SENT_BY_A_FORM = {
    "accounts:organization_switch",
    "billing:plan",
    "billing:pack",
    "billing:portal",
    "billing:cancel",
    "billing:resume",
    "billing:limit",
    "billing:done",
    "projects:portrait_new",
    "projects:recording_new",
}
# A token in the address opens them, or nothing is to be opened.
FOR_STRANGERS = {
    "accounts:home",
    "billing:webhook",
    "consent:answer",
    "consent:about_me",
    "consent:about_me_export",
    "accounts:invitation",
    "consent:forget",
    "consent:receipt",
    "consent:receipt_again",
    "consent:stop",
    "consent:voice",
    "rendering:watch",
    "rendering:watch_captions",
    "rendering:watch_poster",
    "rendering:watch_video",
    "consent:receipt_file",
    "consent:withdraw",
    "consent:not_me",
    "projects:report",
    "file",
}
# The log-in is about a person, and belongs to no organisation: tests/accounts/test_signing_in.py.
OF_THE_LOG_IN = ("account_", "mfa_", "usersessions_")


def routes() -> dict[str, URLPattern]:
    """The site's routes by name, without the API and the back office."""

    def walk(patterns, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
        for found in patterns:
            if isinstance(found, URLPattern):
                yield f"{namespace}{found.name}", found
            elif found.namespace not in ("api", "admin", "did"):
                yield from walk(found.url_patterns, f"{found.namespace}:" if found.namespace else namespace)

    return {name: route for name, route in walk(get_resolver().url_patterns) if not name.startswith(OF_THE_LOG_IN)}


def things(organization: Organization) -> dict[str, str]:
    """One of each thing that an address of the site can name."""
    found = things_of(organization)
    opt_out = OptOut.objects.create(fingerprints=[])
    person = member_of(organization)
    appeal = Appeal.objects.create(organization=organization, opt_out=opt_out, created_by=person)
    variants = batch_of(invented_portrait(organization=organization))
    return {
        **found,
        "rendering:batch_id": variants.pk,
        "row_id": variants.rows.first().pk,
        "render_id": published_render(organization).pk,
        "request_id": found["consent_request_id"],
        "appeal_id": appeal.pk,
        "suffix": "json",
        "kind": "srt",
    }


def names_in(name: str) -> list[str]:
    return list(routes()[name].pattern.regex.groupindex)


def address_of(name: str, found: dict[str, str]) -> str:
    app = name.partition(":")[0]
    return reverse(name, kwargs={key: found.get(f"{app}:{key}", found.get(key)) for key in names_in(name)})


def call(client: Client, name: str, method: str, found: dict[str, str]) -> int:
    """The status; what the request changed is undone."""
    with transaction.atomic():
        answer = client.generic(method, address_of(name, found))
        transaction.set_rollback(True)
    return answer.status_code


def client_of(organization: Organization, role: str) -> Client:
    client = Client()
    client.force_login(member_of(organization, role))
    return client


def test_every_route_has_its_row():
    assert set(routes()) == {name for name, _ in TABLE} | SENT_BY_A_FORM | FOR_STRANGERS | TESTED_ELSEWHERE


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_its_row_says(role):
    organization = OrganizationFactory()
    found, client = things(organization), client_of(organization, role)
    statuses = {row: call(client, *row, found) for row in TABLE}

    refused = {row for row, status in statuses.items() if status in (403, 404)}
    assert refused == {row for row, roles in TABLE.items() if role not in roles}
    assert {row: status for row, status in statuses.items() if status == 405 or status >= 500} == {}


@pytest.mark.django_db
def test_nothing_of_another_organisation_is_there():
    found, client = things(OrganizationFactory()), client_of(OrganizationFactory(), Role.OWNER)
    named = {*(name for name, _ in TABLE), *SENT_BY_A_FORM, *TESTED_ELSEWHERE}
    about_things = [name for name in named if names_in(name) and set(names_in(name)) <= set(found)]
    statuses = {
        (name, method): call(client, name, method, found) for name in about_things for method in ("GET", "POST")
    }

    assert {row: status for row, status in statuses.items() if status not in (404, 405)} == {}
    assert all(404 in (statuses[name, "GET"], statuses[name, "POST"]) for name in about_things)


@pytest.mark.django_db
def test_no_page_shows_anything_of_another_organisation():
    found, client = things(OrganizationFactory()), client_of(OrganizationFactory(), Role.OWNER)
    pages = {
        name: b"".join(client.get(reverse(name))).decode()
        for name, method in TABLE
        if method == "GET" and not names_in(name)
    }
    ids = {value for key, value in found.items() if key.endswith("_id")}

    assert {name for name, text in pages.items() if any(one in text for one in ids)} == set()


@pytest.mark.django_db
def test_a_stranger_is_sent_to_sign_in():
    found = things(OrganizationFactory())

    assert {row: status for row in TABLE if (status := call(Client(), *row, found)) != 302} == {}
