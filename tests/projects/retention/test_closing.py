"""Closing an organisation after a time of grace, one's own account at once, and the copy to take along."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.billing.models import Subscription, SubscriptionStatus
from accounts.models import AuditEvent, Membership, Role, User
from accounts.services import organization_suspend
from accounts.webhooks.models import WebhookEndpoint
from consent.letters import letter_write
from consent.models import Letter
from projects.models import Clip, Portrait
from projects.moderation.models import CaseKind, Verdict
from projects.moderation.opening import case_open
from projects.moderation.services import case_decide
from projects.retention.closing import (
    GRACE_DAYS,
    closing_ask,
    closing_cancel,
    closing_of,
    closings_run,
    on_close,
    organization_close,
)
from projects.retention.exporting import export_write
from projects.retention.leaving import account_close
from projects.retention.models import Closing
from projects.retention.policies import hold_lift, hold_place
from projects.sharing.selectors import live_shares
from projects.sharing.services import share_create
from tests.factories import ClipFactory, OrganizationFactory, member_of, moderator, operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def clip():
    return ClipFactory()


def ask(clip, who=None):
    return closing_ask(organization=clip.organization, acting_user=who or clip.created_by)


def after(days):
    return timezone.now() + timedelta(days=days)


def test_nothing_goes_before_the_days_of_grace_are_over(clip):
    ask(clip)
    assert closings_run(at=after(GRACE_DAYS - 1)) == 0
    assert Clip.objects.exists()
    assert closings_run(at=after(GRACE_DAYS)) == 1
    assert not Clip.objects.exists()
    assert not Membership.objects.filter(organization=clip.organization).exists()
    clip.organization.refresh_from_db()
    assert clip.organization.name == "(closed)"


def test_all_owners_are_told_when_it_is_asked_for_and_when_it_is_taken_back(clip):
    second = member_of(clip.organization)
    ask(clip)
    assert Letter.objects.filter(recipient=second.email, subject__contains="will be closed on").exists()
    closing_cancel(organization=clip.organization, acting_user=second)
    assert Letter.objects.filter(recipient=clip.created_by.email, subject__contains="stays open").exists()


def test_what_was_taken_back_is_not_closed_and_can_be_asked_for_again(clip):
    ask(clip)
    assert closing_cancel(organization=clip.organization, acting_user=clip.created_by)
    assert not closing_cancel(organization=clip.organization, acting_user=clip.created_by)
    assert closings_run(at=after(GRACE_DAYS + 1)) == 0
    assert ask(clip).cancelled_at is None


def test_asking_twice_is_asking_once(clip):
    assert ask(clip) == ask(clip)
    assert Closing.objects.count() == 1


@pytest.mark.parametrize("role", [Role.ADMIN, Role.EDITOR, Role.BILLING])
def test_only_an_owner_closes(clip, role):
    who = member_of(clip.organization, role)
    for act in (closing_ask, closing_cancel, organization_close):
        with pytest.raises(PermissionDenied):
            act(organization=clip.organization, acting_user=who)


def test_a_suspended_organization_cannot_close_itself_out_of_a_case(clip):
    organization_suspend(organization=clip.organization, acting_user=moderator())
    with pytest.raises(PermissionDenied, match="suspended"):
        ask(clip)


def test_while_a_plan_runs_nothing_is_closed(clip):
    now = timezone.now()
    Subscription.objects.create(
        organization=clip.organization,
        stripe_id="sub_1",
        plan="studio",
        status=SubscriptionStatus.ACTIVE,
        item_id="si_1",
        period_start=now,
        period_end=now,
        synced_at=now,
    )
    with pytest.raises(ValidationError, match="End it first"):
        ask(clip)


def test_under_a_legal_hold_a_closing_is_finished_when_that_ends(clip):
    hold = hold_place(organization=clip.organization, acting_user=operator(), reason="Court, 12/26")
    ask(clip)
    assert closings_run(at=after(GRACE_DAYS)) == 0
    assert closing_of(clip.organization) is not None
    assert Portrait.objects.exists()
    hold_lift(acting_user=operator(), hold=hold, reason="It ended.")
    assert closings_run(at=after(GRACE_DAYS)) == 1


def test_links_end_and_whatever_else_the_apps_have_running(clip):
    ended = []
    on_close(ended.append)
    share_create(organization=clip.organization, acting_user=clip.created_by, clip=clip)
    WebhookEndpoint.objects.create(organization=clip.organization, url="https://example.org/hook", salt="s")
    organization_close(organization=clip.organization, acting_user=clip.created_by)
    assert not live_shares(clip).exists()
    assert not WebhookEndpoint.objects.exists()
    assert clip.organization in ended


def copy_of(organization):
    target = io.BytesIO()
    export_write(organization, target)
    return zipfile.ZipFile(target)


def test_the_copy_holds_the_files_and_what_is_known_of_them(clip):
    copy = copy_of(clip.organization)
    assert copy.read(f"pictures/{clip.portrait_id}.png") == b"photo"
    data = json.loads(copy.read("data.json"))
    assert data["clips"][0]["words"] == clip.words
    assert [line["id"] for line in data["pictures"]] == [clip.portrait_id]


def test_the_copy_holds_nothing_of_other_organizations(clip):
    other = ClipFactory(words="A secret of others.")
    copy = copy_of(clip.organization)
    assert other.portrait_id not in "".join(copy.namelist())
    assert b"A secret of others." not in copy.read("data.json")


def test_a_picture_that_was_taken_down_is_not_in_the_copy(clip):
    case = case_open(
        key="t", kind=CaseKind.PHOTO, risk=3, summary="", organization=clip.organization, portrait=clip.portrait
    )
    case_decide(acting_user=moderator(), case=case, verdict=Verdict.TAKE_DOWN, reason="A rule.")
    assert copy_of(clip.organization).namelist() == ["data.json"]


def test_a_suspended_organization_still_gets_its_copy_and_the_log_tells(client, clip):
    organization_suspend(organization=clip.organization, acting_user=moderator())
    client.force_login(clip.created_by)
    answer = client.post(reverse("projects:export"))
    assert zipfile.ZipFile(io.BytesIO(b"".join(answer))).testzip() is None
    assert AuditEvent.objects.filter(action="organization.exported").exists()


def everywhere(text):
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            if text in repr(cursor.fetchall()):
                yield table


def test_a_closed_account_leaves_no_name_and_no_address_anywhere():
    who = User.objects.create_user("planted.91d4e8@example.org", "correct horse battery", full_name="Planted 7f3a91")
    organization = OrganizationFactory()
    member_of(organization)
    Membership.objects.create(user=who, organization=organization, role=Role.EDITOR)
    letter_write(
        organization=organization, key=f"news:{who.email}", recipient=who.email, subject="Hello", body=f"Dear {who}"
    )
    old = {"organization": organization, "key": f"old:{who.email}", "recipient": who.email, "sent_at": timezone.now()}
    Letter.objects.create(**old)
    LogEntry.objects.create(
        user=operator(),
        action_flag=CHANGE,
        content_type=ContentType.objects.get_for_model(User),
        object_id=who.pk,
        object_repr=who.email,
    )
    account_close(acting_user=who)
    assert [*everywhere("planted.91d4e8"), *everywhere("Planted 7f3a91")] == []
    assert not Letter.objects.filter(sent_at=None).exists()
    assert AuditEvent.objects.filter(organization=organization, action="membership.left", object_id=who.pk).exists()


def test_the_only_owner_of_an_organization_cannot_just_leave_it(clip):
    with pytest.raises(ValidationError, match="only owner"):
        account_close(acting_user=clip.created_by)
    assert Membership.objects.filter(user=clip.created_by).exists()


def test_closing_needs_the_name_typed(client, clip):
    client.force_login(clip.created_by)
    client.post(reverse("projects:closing_begin"), {"name": "Something else"})
    assert not Closing.objects.exists()


def test_closing_asks_for_a_proof_that_it_is_you(client, clip):
    client.force_login(clip.created_by)
    answer = client.post(reverse("projects:closing_begin"), {"name": clip.organization.name})
    assert "reauthenticate" in answer.url
    assert not Closing.objects.exists()


@pytest.mark.parametrize(("role", "status"), [(Role.OWNER, 200), (Role.ADMIN, 403), (Role.VIEWER, 403)])
def test_the_page_of_closing_is_the_owners(client, clip, role, status):
    client.force_login(member_of(clip.organization, role))
    assert client.get(reverse("projects:closing")).status_code == status


def test_the_page_says_what_would_go(client, clip):
    client.force_login(clip.created_by)
    page = client.get(reverse("projects:closing")).content.decode()
    assert "1 clips" in page or "1 clip" in page
    assert f"in {GRACE_DAYS} days" in page
