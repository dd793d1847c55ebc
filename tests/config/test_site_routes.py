"""The site's routes × roles × tenants: one table, and a route without a row fails. The API's: test_api_routes."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from accounts.billing import seats
from accounts.models import Membership, Organization, Role
from consent.models import ConsentRequest
from consent.selectors import receipt_token, request_token
from projects.models import Portrait
from projects.placing_form import POINTS
from projects.sharing.models import Share
from projects.sharing.selectors import share_token
from tests.accounts.billing import conftest as selling
from tests.config.things import a_second_of_sound, published_render, things_of
from tests.factories import OrganizationFactory, PortraitFactory, member_of
from tests.factories_batches import batch_of, invented_portrait

# The small payment service, for the pages of an installation that sells.
fake = selling.fake


@pytest.fixture(autouse=True)
def _room(monkeypatch):
    """How many may belong to an organisation is tested where plans are."""
    monkeypatch.setattr(seats, "seats_of", lambda organization: None)


PICTURE = (settings.BASE_DIR / "samples" / "portrait.png").read_bytes()

ALL = frozenset(Role)
SEES = ALL - {Role.BILLING}
SAVES = frozenset({Role.OWNER, Role.ADMIN, Role.EDITOR, Role.REVIEWER})
EDITS = frozenset({Role.OWNER, Role.ADMIN, Role.EDITOR})
RUNS = frozenset({Role.OWNER, Role.ADMIN})
PAYS = frozenset({Role.OWNER, Role.BILLING})
OWNS = frozenset({Role.OWNER})

# Route and method: the roles that may. What is not in the address (a form's fields) is tested where its page is.
TABLE = {
    ("accounts:start", "GET"): ALL,
    ("accounts:organization", "GET"): ALL,
    ("accounts:organization_new", "GET"): ALL,
    ("accounts:members", "GET"): SEES,
    ("accounts:audit", "GET"): RUNS,
    ("accounts:audit_export", "GET"): RUNS,
    ("accounts:api_keys", "GET"): RUNS,
    ("accounts:api_key_revoke", "POST"): RUNS,
    ("accounts:api_key_rotate", "POST"): RUNS,
    ("accounts:invitation_change", "POST"): RUNS,
    ("accounts:leave", "POST"): ALL,
    ("accounts:member", "POST"): RUNS,
    ("accounts:webhooks", "GET"): RUNS,
    ("accounts:webhook", "GET"): RUNS,
    ("accounts:webhook_do", "POST"): RUNS,
    ("accounts:webhook_delivery", "GET"): RUNS,
    ("accounts:webhook_delivery_again", "POST"): RUNS,
    ("billing:page", "GET"): PAYS,
    ("billing:change", "GET"): PAYS,
    ("billing:invoices", "GET"): PAYS,
    ("consent:questions", "GET"): SEES,
    ("consent:class_new", "GET"): SEES,
    ("consent:class", "GET"): EDITS,
    ("consent:appeal", "GET"): EDITS,
    ("consent:subject", "GET"): SEES,
    ("consent:subject", "POST"): EDITS,
    ("consent:subject_link", "POST"): EDITS,
    ("consent:request", "GET"): SEES,
    ("consent:request", "POST"): EDITS,
    ("consent:request_change", "POST"): EDITS,
    ("consent:request_renew", "POST"): EDITS,
    ("consent:request_receipt", "GET"): SEES,
    ("projects:portrait", "GET"): SEES,
    ("projects:portrait_image", "GET"): SEES,
    ("projects:picture", "GET"): SEES,
    ("projects:points", "GET"): EDITS,
    ("projects:points", "POST"): EDITS,
    ("projects:points_trial", "POST"): EDITS,
    ("projects:retention", "GET"): SEES,
    ("projects:decisions", "GET"): SEES,
    ("projects:decision_answer", "POST"): EDITS,
    ("projects:decision_appeal", "POST"): EDITS,
    ("projects:lexicon", "GET"): SEES,
    ("projects:lexicon_remove", "POST"): EDITS,
    ("projects:lexicon_sound", "GET"): SEES,
    ("projects:closing", "GET"): OWNS,
    ("projects:closing_begin", "POST"): OWNS,
    ("projects:closing_end", "POST"): OWNS,
    ("projects:export", "POST"): OWNS,
    ("projects:account_close", "GET"): ALL,
    ("projects:account_close", "POST"): ALL,
    ("projects:recording", "GET"): SEES,
    ("projects:recording_sound", "GET"): SEES,
    ("projects:recording_trim", "POST"): EDITS,
    ("projects:recording_words", "POST"): EDITS,
    ("rendering:studio", "GET"): SEES,
    ("rendering:clip_new", "GET"): SEES,
    ("rendering:estimate", "POST"): SEES,
    ("rendering:heard", "POST"): ALL,
    ("rendering:scene_new", "GET"): SEES,
    ("rendering:scene_pictures", "GET"): SEES,
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
    ("rendering:captions", "GET"): SEES,
    ("rendering:captions_download", "GET"): SAVES,
    ("rendering:cut_out", "GET"): SAVES,
    ("rendering:cut_out_credentials", "GET"): SAVES,
    ("rendering:disclosure", "GET"): SEES,
    ("rendering:repair", "GET"): EDITS,
    ("rendering:repair", "POST"): EDITS,
    ("rendering:compare", "GET"): SEES,
    ("rendering:discard", "POST"): EDITS,
    ("rendering:shares", "GET"): SAVES,
    ("rendering:shares", "POST"): SAVES,
    ("rendering:share_end", "POST"): SAVES,
    ("rendering:voices", "GET"): SEES,
    ("rendering:voice_sample", "GET"): ALL,
}
# What no organisation owns.
EVERYBODYS = {"rendering:voice_sample"}
# What stands in the address behind “?”, where a page says by it what it is about.
QUERIES = {"projects:picture": "portrait={portrait_id}"}
# Forms that anybody sees who sees their page: what the service behind does with good values is by role.
FORMS: dict[str, tuple[dict[str, str], frozenset[Role]]] = {
    "accounts:organization": ({"organization_name": "The mill", "organization_kind": "museum"}, RUNS),
    "accounts:organization_new": ({"organization_name": "The mill", "organization_kind": "museum"}, ALL),
    "accounts:organization_switch": ({"organization": "{organization_id}"}, ALL),
    "accounts:members": ({"email": "kim@example.net", "role": "viewer"}, RUNS),
    "accounts:api_keys": ({"name": "Program", "clips": "read"}, RUNS),
    "accounts:webhooks": ({"url": "https://example.org/here", "event_types": "clip.ready"}, RUNS),
    "billing:plan": ({"product": "museum", "once": "0" * 32}, PAYS),
    "billing:pack": ({"product": "pack-5", "once": "1" * 32}, PAYS),
    "billing:portal": ({"once": "2" * 32}, PAYS),
    "billing:cancel": ({"once": "3" * 32}, PAYS),
    "billing:resume": ({"once": "4" * 32}, PAYS),
    "billing:limit": ({"minutes": "5"}, PAYS),
    "projects:lexicon": ({"written": "SQL too", "said": "sequel"}, EDITS),
    "projects:portrait_new": ({"subject": "{subject_id}", "photo": "PICTURE"}, EDITS),
    "projects:recording_new": ({"sound": "SOUND"}, EDITS),
}
# There only while a clip is being made: which role, and when, is tested in tests/rendering/test_previewing.py.
WHILE_IT_IS_MADE = {"rendering:preview", "rendering:preview_piece"}
# Only the staff of the site sees these; members of whatever role are led to sign in.
OF_THE_STAFF = {"consent:selfies", "consent:spoken"}
# A token in the address opens them, of the kind that is named; None: nothing is to be opened.
FOR_STRANGERS = {
    "accounts:home": None,
    "billing:webhook": None,
    "consent:answer": "request",
    "consent:about_me": "receipt",
    "consent:about_me_export": "receipt",
    "accounts:invitation": "invitation",
    "consent:forget": "face",
    "consent:receipt": "receipt",
    "consent:receipt_again": "receipt",
    "consent:stop": "letter",
    "consent:voice": "request",
    "rendering:watch": "share",
    "rendering:watch_captions": "share",
    "rendering:watch_poster": "share",
    "rendering:watch_video": "share",
    "consent:receipt_file": "receipt",
    "consent:withdraw": "receipt",
    "consent:not_me": None,
    "projects:report": None,
    "file": None,
}
# Back from the payment service, with the number of a checkout: tests/accounts/billing.
COMES_BACK = {"billing:done"}
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
    variants = batch_of(invented_portrait(organization=organization))
    portrait = Portrait.objects.get(pk=found["portrait_id"])
    repaired = PortraitFactory(
        organization=organization,
        created_by=portrait.created_by,
        project=portrait.project,
        subject=portrait.subject,
        repaired_from=portrait,
        root_sha256=portrait.sha256,
        repairs={"asked": ["tone"], "notes": [], "change": {}},
    )
    # Its points are placed, so that nobody looks for a face in a file that holds none.
    placed = PortraitFactory(
        organization=organization,
        created_by=portrait.created_by,
        project=portrait.project,
        subject=portrait.subject,
        placed={name: [300.0, 300.0] for name, _, _ in POINTS},
    )
    render = published_render(organization)
    for name in ("poster.jpg", "captions.vtt", "captions.srt", "cut-out.webm", "cut-out.c2pa"):
        default_storage.save(render.output_key.replace("clip.mp4", name), ContentFile(b"beside"))
    # What the file would say of itself, if it were a film.
    cache.set(f"disclosure:{render.output_key}", {})
    Share.objects.filter(pk=found["share_id"]).update(clip=render.clip)
    return {
        **found,
        "organization_id": organization.pk,
        "membership_id": str(Membership.objects.get(user_id=found["member_id"]).pk),
        "rendering:batch_id": variants.pk,
        "projects:portrait_id": placed.pk,
        "rendering:portrait_id": repaired.pk,
        "row_id": variants.rows.first().pk,
        "render_id": render.pk,
        "request_id": found["consent_request_id"],
        "suffix": "json",
        "kind": "srt",
        "attempt": "1",
        "number": "0",
    }


def names_in(name: str) -> list[str]:
    return list(routes()[name].pattern.regex.groupindex)


def address_of(name: str, found: dict[str, str]) -> str:
    app = name.partition(":")[0]
    path = reverse(name, kwargs={key: found.get(f"{app}:{key}", found.get(key)) for key in names_in(name)})
    return f"{path}?{QUERIES[name].format(**found)}" if name in QUERIES else path


def call(client: Client, name: str, method: str, found: dict[str, str]) -> int:
    """The status; what the request changed is undone."""
    with transaction.atomic():
        answer = client.generic(method, address_of(name, found))
        transaction.set_rollback(True)
    return answer.status_code


def fill_in(client: Client, name: str, found: dict[str, str]) -> int:
    """The status of a form with good values; what it changed is undone."""
    files = {"PICTURE": (PICTURE, "image/png"), "SOUND": (a_second_of_sound(), "audio/wav")}
    sent = {
        field: SimpleUploadedFile("file", *files[value]) if value in files else value.format(**found)
        for field, value in FORMS[name][0].items()
    }
    with transaction.atomic():
        answer = client.post(reverse(name), sent)
        transaction.set_rollback(True)
    return answer.status_code


def client_of(organization: Organization, role: str) -> Client:
    client = Client()
    client.force_login(member_of(organization, role))
    return client


def test_every_route_has_its_row():
    assert (
        set(routes())
        == {name for name, _ in TABLE} | set(FORMS) | set(FOR_STRANGERS) | OF_THE_STAFF | COMES_BACK | WHILE_IT_IS_MADE
    )


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_its_row_says(role, fake):
    organization = OrganizationFactory()
    found, client = things(organization), client_of(organization, role)
    statuses = {row: call(client, *row, found) for row in TABLE}

    refused = {row for row, status in statuses.items() if status in (403, 404)}
    assert refused == {row for row, roles in TABLE.items() if role not in roles}
    assert {row: status for row, status in statuses.items() if status == 405 or status >= 500} == {}


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_each_role_fills_in_what_its_row_says(role, fake):
    organization = OrganizationFactory(kind="museum")
    found, client = things(organization), client_of(organization, role)
    statuses = {name: fill_in(client, name, found) for name in FORMS}

    refused = {name for name, status in statuses.items() if status in (403, 404)}
    assert refused == {name for name, (_, roles) in FORMS.items() if role not in roles}
    assert {name: status for name, status in statuses.items() if status not in (200, 302, 403, 404)} == {}


@pytest.mark.django_db
def test_nothing_of_another_organisation_is_there(fake):
    found, client = things(OrganizationFactory()), client_of(OrganizationFactory(), Role.OWNER)
    named = {name for name, _ in TABLE} - EVERYBODYS | WHILE_IT_IS_MADE
    about_things = [name for name in named if names_in(name) or name in QUERIES]
    statuses = {
        (name, method): call(client, name, method, found) for name in about_things for method in ("GET", "POST")
    }

    assert {row: status for row, status in statuses.items() if status not in (404, 405)} == {}
    assert all(404 in (statuses[name, "GET"], statuses[name, "POST"]) for name in about_things)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["accounts:organization_switch", "projects:portrait_new"])
def test_no_form_takes_a_thing_of_another_organisation(name):
    found, client = things(OrganizationFactory()), client_of(OrganizationFactory(), Role.OWNER)

    assert fill_in(client, name, found) in (404, 422)


@pytest.mark.django_db
def test_no_page_shows_anything_of_another_organisation(fake):
    found, client = things(OrganizationFactory()), client_of(OrganizationFactory(), Role.OWNER)
    pages = {
        name: b"".join(client.get(reverse(name))).decode()
        for name, method in TABLE
        if method == "GET" and not names_in(name) and name not in QUERIES
    }
    ids = {value for key, value in found.items() if key.endswith("_id") and key not in ("voice_id", "membership_id")}

    assert {name for name, text in pages.items() if any(one in text for one in ids)} == set()


@pytest.mark.django_db
def test_a_stranger_is_sent_to_sign_in():
    found = things(OrganizationFactory())
    statuses = {row: call(Client(), *row, found) for row in TABLE} | {
        (name, "POST"): fill_in(Client(), name, found) for name in FORMS
    }

    assert {row: status for row, status in statuses.items() if status != 302} == {}


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_what_is_the_staffs_opens_for_no_member(role):
    client = client_of(OrganizationFactory(), role)

    assert {name: call(client, name, "GET", {}) for name in OF_THE_STAFF} == dict.fromkeys(OF_THE_STAFF, 302)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(name for name, kind in FOR_STRANGERS.items() if kind))
def test_what_a_token_opens_opens_for_no_other_token(name):
    """Made up, an id, or the token of something else: gone or not there, whoever asks."""
    organization = OrganizationFactory()
    found, client = things(organization), client_of(organization, Role.OWNER)
    asked = ConsentRequest.objects.get(pk=found["consent_request_id"])
    tokens = {
        "share": share_token(Share.objects.get()),
        "request": request_token(asked),
        "receipt": receipt_token(asked),
        "id": asked.pk,
        "none": "made-up",
    }
    others = {kind: token for kind, token in tokens.items() if kind != FOR_STRANGERS[name]}
    statuses = {
        kind: client.get(address_of(name, {"token": token, "suffix": "json"})).status_code
        for kind, token in others.items()
    }

    assert {kind: status for kind, status in statuses.items() if status not in (404, 405, 410)} == {}


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_the_back_office_opens_for_no_member(role):
    """Its pages are asked for one by one: each leads to the sign-in."""
    client = client_of(OrganizationFactory(), role)
    pages = [
        reverse(f"admin:{pattern.name}")
        for pattern in admin.site.urls[0]
        if getattr(pattern, "name", None) and not pattern.pattern.regex.groupindex
    ] + [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in admin.site._registry
    ]
    statuses = {page: client.get(page).status_code for page in pages if not page.endswith(("login/", "logout/"))}

    assert len(statuses) > 10
    assert {page: status for page, status in statuses.items() if status not in (302, 403, 404)} == {}
