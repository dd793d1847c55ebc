"""The API's routes × roles × tenants: one table, and a route without a row fails."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from accounts.api.models import ApiKey
from accounts.api.scopes import SCOPES
from accounts.models import Role
from tests.api import client_for
from tests.config.things import things_of
from tests.factories import OrganizationFactory

ALL = frozenset(Role)
SEES = ALL - {Role.BILLING}
SAVES = frozenset({Role.OWNER, Role.ADMIN, Role.EDITOR, Role.REVIEWER})
EDITS = frozenset({Role.OWNER, Role.ADMIN, Role.EDITOR})
RUNS = frozenset({Role.OWNER, Role.ADMIN})
PAYS = frozenset({Role.OWNER, Role.BILLING})

# Route and method: the scope of the key, and the roles of its maker that may.
TABLE = {
    ("me", "GET"): ("", ALL),
    ("organization", "GET"): ("organization:read", ALL),
    ("organization", "PATCH"): ("organization:write", RUNS),
    ("members", "GET"): ("organization:read", SEES),
    ("member", "GET"): ("members:read", SEES),
    ("member", "PATCH"): ("members:write", RUNS),
    ("member", "DELETE"): ("members:write", RUNS),
    ("invitations", "GET"): ("members:read", RUNS),
    ("invitations", "POST"): ("members:write", RUNS),
    ("invitation", "GET"): ("members:read", RUNS),
    ("invitation", "DELETE"): ("members:write", RUNS),
    ("invitation_send", "POST"): ("members:write", RUNS),
    ("keys", "GET"): ("keys:read", RUNS),
    ("keys", "POST"): ("keys:write", RUNS),
    ("key", "GET"): ("keys:read", RUNS),
    ("key", "DELETE"): ("keys:write", RUNS),
    ("key_rotate", "POST"): ("keys:write", RUNS),
    ("audit", "GET"): ("audit:read", RUNS),
    ("audit_export", "GET"): ("audit:read", RUNS),
    ("audit_verification", "GET"): ("audit:read", RUNS),
    ("billing", "GET"): ("billing:read", PAYS),
    ("offers", "GET"): ("billing:read", PAYS),
    ("invoices", "GET"): ("billing:read", PAYS),
    ("checkouts", "POST"): ("billing:write", PAYS),
    ("portal", "POST"): ("billing:write", PAYS),
    ("overage_limit", "PUT"): ("billing:write", PAYS),
    ("plan_preview", "POST"): ("billing:write", PAYS),
    ("plan_change", "POST"): ("billing:write", PAYS),
    ("plan_cancel", "POST"): ("billing:write", PAYS),
    ("plan_resume", "POST"): ("billing:write", PAYS),
    ("credits", "GET"): ("organization:read", ALL),
    ("credit_entries", "GET"): ("organization:read", ALL),
    ("event_types", "GET"): ("", SEES),
    ("endpoints", "GET"): ("webhooks:read", RUNS),
    ("endpoints", "POST"): ("webhooks:write", RUNS),
    ("endpoint", "GET"): ("webhooks:read", RUNS),
    ("endpoint", "PATCH"): ("webhooks:write", RUNS),
    ("endpoint", "DELETE"): ("webhooks:write", RUNS),
    ("endpoint_rotate", "POST"): ("webhooks:write", RUNS),
    ("endpoint_test", "POST"): ("webhooks:write", RUNS),
    ("deliveries", "GET"): ("webhooks:read", RUNS),
    ("delivery", "GET"): ("webhooks:read", RUNS),
    ("delivery_replay", "POST"): ("webhooks:write", RUNS),
    ("subjects", "GET"): ("consent:read", SEES),
    ("subjects", "POST"): ("consent:write", EDITS),
    ("subject", "GET"): ("consent:read", SEES),
    ("statement", "POST"): ("consent:write", EDITS),
    ("statement", "DELETE"): ("consent:write", EDITS),
    ("subject_link", "POST"): ("consent:write", EDITS),
    ("appeals", "GET"): ("moderation:read", EDITS),
    ("appeal", "GET"): ("moderation:read", EDITS),
    ("appeal", "POST"): ("moderation:write", EDITS),
    ("consent_requests", "GET"): ("consent:read", SEES),
    ("consent_request", "GET"): ("consent:read", SEES),
    ("consent_request_send", "POST"): ("consent:write", EDITS),
    ("consent_request_renew", "POST"): ("consent:write", EDITS),
    ("consent_request_terms", "POST"): ("consent:write", EDITS),
    ("receipt", "GET"): ("consent:read", SEES),
    ("receipt_pdf", "GET"): ("consent:read", SEES),
    ("classes", "GET"): ("consent:read", SEES),
    ("classes", "POST"): ("consent:write", EDITS),
    ("class", "GET"): ("consent:read", EDITS),
    ("projects", "GET"): ("projects:read", SEES),
    ("projects", "POST"): ("projects:write", EDITS),
    ("project", "GET"): ("projects:read", SEES),
    ("project", "DELETE"): ("projects:write", EDITS),
    ("project_retention", "GET"): ("retention:read", SEES),
    ("project_retention", "PUT"): ("retention:write", RUNS),
    ("portraits", "GET"): ("portraits:read", SEES),
    ("portraits", "POST"): ("portraits:write", EDITS),
    ("portrait_advice", "POST"): ("portraits:write", EDITS),
    ("portrait", "GET"): ("portraits:read", SEES),
    ("portrait", "DELETE"): ("portraits:write", EDITS),
    ("portrait_image", "GET"): ("portraits:read", SEES),
    ("portrait_ask", "POST"): ("consent:write", EDITS),
    ("portrait_points", "GET"): ("portraits:read", EDITS),
    ("portrait_points", "POST"): ("portraits:write", EDITS),
    ("portrait_trial", "POST"): ("portraits:write", EDITS),
    ("portrait_repairs", "GET"): ("portraits:read", EDITS),
    ("portrait_repairs", "POST"): ("portraits:write", EDITS),
    ("portrait_repair", "GET"): ("portraits:read", SEES),
    ("portrait_repair", "DELETE"): ("portraits:write", EDITS),
    ("recordings", "GET"): ("recordings:read", SEES),
    ("recordings", "POST"): ("recordings:write", EDITS),
    ("recording", "GET"): ("recordings:read", SEES),
    ("recording", "DELETE"): ("recordings:write", EDITS),
    ("recording_sound", "GET"): ("recordings:read", SEES),
    ("recording_edits", "POST"): ("recordings:write", EDITS),
    ("recording_words", "GET"): ("recordings:read", SEES),
    ("recording_words", "PUT"): ("recordings:write", EDITS),
    ("recording_hear", "POST"): ("recordings:write", EDITS),
    ("musics", "GET"): ("recordings:read", SEES),
    ("musics", "POST"): ("recordings:write", EDITS),
    ("music", "GET"): ("recordings:read", SEES),
    ("music", "DELETE"): ("recordings:write", EDITS),
    ("music_sound", "GET"): ("recordings:read", SEES),
    ("lexicon", "GET"): ("clips:read", SEES),
    ("lexicon", "POST"): ("clips:write", EDITS),
    ("lexicon_entry", "GET"): ("clips:read", SEES),
    ("lexicon_entry", "PATCH"): ("clips:write", EDITS),
    ("lexicon_entry", "DELETE"): ("clips:write", EDITS),
    ("lexicon_sound", "GET"): ("clips:read", SEES),
    ("uploads", "POST"): ("portraits:write", EDITS),
    ("upload", "POST"): ("portraits:write", EDITS),
    ("backdrops", "GET"): ("portraits:read", SEES),
    ("backdrops", "POST"): ("portraits:write", EDITS),
    ("backdrop", "GET"): ("portraits:read", SEES),
    ("backdrop", "DELETE"): ("portraits:write", EDITS),
    ("backdrop_image", "GET"): ("portraits:read", SEES),
    ("cases", "GET"): ("moderation:read", SEES),
    ("case", "GET"): ("moderation:read", SEES),
    ("case_answer", "POST"): ("moderation:write", EDITS),
    ("case_appeal", "POST"): ("moderation:write", EDITS),
    ("retention", "GET"): ("retention:read", SEES),
    ("retention", "PUT"): ("retention:write", RUNS),
    ("voices", "GET"): ("", SEES),
    ("voice_sample", "GET"): ("", SEES),
    ("styles", "GET"): ("", SEES),
    ("estimate", "POST"): ("clips:write", SEES),
    ("clips", "GET"): ("clips:read", SEES),
    ("clips", "POST"): ("clips:write", EDITS),
    ("clip", "GET"): ("clips:read", SEES),
    ("clip", "DELETE"): ("clips:write", EDITS),
    ("clip_consent", "GET"): ("consent:read", SEES),
    ("clip_consent", "POST"): ("consent:write", EDITS),
    ("batches", "GET"): ("batches:read", SEES),
    ("batches", "POST"): ("batches:write", EDITS),
    ("batch", "GET"): ("batches:read", SEES),
    ("batch", "PATCH"): ("batches:write", EDITS),
    ("batch", "DELETE"): ("batches:write", EDITS),
    ("batch_rows", "GET"): ("batches:read", SEES),
    ("batch_start", "POST"): ("batches:write", EDITS),
    ("batch_pause", "POST"): ("batches:write", EDITS),
    ("batch_resume", "POST"): ("batches:write", EDITS),
    ("batch_cancel", "POST"): ("batches:write", EDITS),
    ("batch_recheck", "POST"): ("batches:write", EDITS),
    ("batch_correct", "POST"): ("batches:write", EDITS),
    ("batch_again", "POST"): ("batches:write", EDITS),
    ("batch_skip", "POST"): ("batches:write", EDITS),
    ("batch_consent", "POST"): ("batches:write", EDITS),
    ("batch_clips", "GET"): ("batches:read", SAVES),
    ("clip_renders", "GET"): ("renders:read", SEES),
    ("clip_renders", "POST"): ("renders:write", EDITS),
    ("clip_shares", "POST"): ("shares:write", SAVES),
    ("shares", "GET"): ("shares:read", SAVES),
    ("share", "GET"): ("shares:read", SAVES),
    ("share", "DELETE"): ("shares:write", SAVES),
    ("renders", "GET"): ("renders:read", SEES),
    ("render", "GET"): ("renders:read", SEES),
    ("render_cancel", "POST"): ("renders:write", EDITS),
    ("render_events", "GET"): ("renders:read", SEES),
    ("video", "GET"): ("renders:read", SEES),
    ("download", "GET"): ("renders:read", SAVES),
    ("poster", "GET"): ("renders:read", SEES),
    ("head", "GET"): ("renders:read", SAVES),
    ("cut_out", "GET"): ("renders:read", SAVES),
    ("cut_out_credentials", "GET"): ("renders:read", SAVES),
    ("subtitles", "GET"): ("renders:read", SAVES),
    ("captions", "GET"): ("renders:read", SEES),
    ("disclosure", "GET"): ("renders:read", SEES),
}
# What no organisation owns.
EVERYBODYS = {"voice_sample"}
# Anybody may read these.
OPEN = {"schema", "docs", "problems", "nothing"}


# What deletes comes last: a row that is undone does not bring its file back.
ROWS = sorted(TABLE, key=lambda row: row[1] == "DELETE")


def _routes() -> dict[str, URLPattern]:
    """The API's routes by name."""
    api = next(found for found in get_resolver().url_patterns if getattr(found, "namespace", None) == "api")

    def walk(patterns):
        for found in patterns:
            if isinstance(found, URLPattern):
                yield found
            else:
                yield from walk(found.url_patterns)

    return {route.name: route for route in walk(api.url_patterns)}


def _names_in(route: URLPattern) -> list[str]:
    return list(route.pattern.converters)


def _call(client: Client, name: str, method: str, things: dict[str, str]) -> int:
    """The status; what the request changed is undone."""
    wanted = _names_in(_routes()[name])
    path = reverse(f"api:{name}", kwargs={key: things[key] for key in wanted})
    with transaction.atomic():
        answer = client.generic(method, path, b"{}", content_type="application/json")
        if answer.streaming:
            list(answer.streaming_content)
        transaction.set_rollback(True)
    return answer.status_code


def test_every_route_and_method_has_its_row():
    methods = {
        (name, method.upper())
        for name, route in _routes().items()
        if name not in OPEN
        for method in ("get", "post", "put", "patch", "delete")
        if hasattr(route.callback.view_class, method)
    }

    assert methods == set(TABLE)


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_its_row_says(role):
    organization = OrganizationFactory()
    things, client = things_of(organization), client_for(organization, role=role)
    # A key renews and ends those that it made.
    ApiKey.objects.filter(pk=things["key_id"]).update(made_with=ApiKey.objects.exclude(pk=things["key_id"]).get())
    statuses = {row: _call(client, *row, things) for row in ROWS}

    refused = {row for row, status in statuses.items() if status == 403}
    assert refused == {row for row, (_, roles) in TABLE.items() if role not in roles}
    assert {row: status for row, status in statuses.items() if status in (401, 404, 405) or status >= 500} == {}


@pytest.mark.django_db
def test_nothing_of_another_organisation_is_there():
    things, client = things_of(OrganizationFactory()), client_for(OrganizationFactory())
    about_things = [row for row in TABLE if _names_in(_routes()[row[0]]) and row[0] not in EVERYBODYS]

    assert {row: status for row in about_things if (status := _call(client, *row, things)) != 404} == {}


@pytest.mark.django_db
def test_a_list_holds_nothing_of_another_organisation():
    things, client = things_of(OrganizationFactory()), client_for(OrganizationFactory())
    lists = [name for name, method in TABLE if method == "GET" and not _names_in(_routes()[name])]
    texts = {name: b"".join(client.get(reverse(f"api:{name}"))).decode() for name in lists}
    theirs = {thing for name, thing in things.items() if name != "voice_id"}

    assert {name for name, text in texts.items() if any(thing in text for thing in theirs)} == set()


@pytest.mark.django_db
def test_a_key_without_the_scope_opens_nothing():
    organization = OrganizationFactory()
    things = things_of(organization)
    scopes = {scope for scope, _ in TABLE.values() if scope}
    clients = {scope: client_for(organization, scopes=_lacking(scope)) for scope in scopes}
    statuses = {row: _call(clients[scope], *row, things) for row, (scope, _) in TABLE.items() if scope}

    assert {row: status for row, status in statuses.items() if status != 403} == {}


def _lacking(scope: str) -> list[str]:
    """All scopes but this one, and what includes it."""
    resource, _, level = scope.partition(":")
    return [each for each in SCOPES if not each.startswith(f"{resource}:")] + (
        [f"{resource}:read"] if level == "write" else []
    )


@pytest.mark.django_db
def test_without_a_key_nothing_opens():
    things = things_of(OrganizationFactory())

    assert {row: status for row in TABLE if (status := _call(Client(), *row, things)) != 401} == {}
