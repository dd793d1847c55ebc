"""Who may decide, confirm and reverse; what organisations can say against it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import AuditEvent, Membership, Role
from consent.gate import Action
from consent.models import Appeal, AppealState, Letter, LikenessReport, OptOut, ReportState
from projects.moderation.collecting import cases_collect
from projects.moderation.models import Case, CaseKind, CaseState, Verdict
from projects.moderation.opening import case_open
from projects.moderation.reporting import abuse_report_create
from projects.moderation.selectors import stopped_because
from projects.moderation.services import CaseConflict, case_answer, case_appeal, case_decide, decision_reverse
from tests.factories import ClipFactory, OrganizationFactory, UserFactory, answer, member_of, moderator, request_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def clip():
    made = ClipFactory()
    answer(request_for(made))
    return made


@pytest.fixture
def case(clip):
    return open_case(clip, "one")


def open_case(clip, key):
    return case_open(key=key, kind=CaseKind.ABUSE, risk=3, summary="A test.", organization=clip.organization, clip=clip)


def decide(case, verdict, who=None):
    return case_decide(acting_user=who or moderator(), case=case, verdict=verdict, reason="Because of a rule.")


def reverse(decision, who=None):
    return decision_reverse(acting_user=who or moderator(), decision=decision, reason="It was wrong.")


def appeal(case, who=None):
    return case_appeal(
        organization=case.organization, acting_user=who or case.clip.created_by, case=case, text="It is satire."
    )


def test_an_appeal_puts_the_case_back_into_the_queue_and_into_the_log(case):
    decision = decide(case, Verdict.TAKE_DOWN)
    assert appeal(case).decision == decision
    assert Case.objects.get().state == CaseState.APPEALED
    assert AuditEvent.objects.filter(action="moderation.appealed", object_id=case.pk).exists()


def test_a_decision_is_appealed_against_once(case):
    decide(case, Verdict.TAKE_DOWN)
    appeal(case)
    decide(case, Verdict.CONFIRM)
    with pytest.raises(CaseConflict):
        appeal(case)


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.ASK])
def test_there_is_nothing_to_appeal_against_where_nothing_was_stopped(case, verdict):
    decide(case, verdict)
    with pytest.raises(CaseConflict):
        appeal(case)


def test_a_suspended_organization_may_still_appeal_and_answer(case, clip):
    decide(case, Verdict.SUSPEND)
    appeal(case)
    asked = open_case(clip, "another")
    decide(asked, Verdict.ASK)
    case_answer(organization=clip.organization, acting_user=clip.created_by, case=asked, text="The contract.")
    assert Case.objects.get(pk=asked.pk).state == CaseState.OPEN


def test_a_viewer_and_another_organization_cannot_appeal(case):
    decide(case, Verdict.TAKE_DOWN)
    with pytest.raises(PermissionDenied):
        appeal(case, member_of(case.organization, Role.VIEWER))
    stranger = OrganizationFactory()
    with pytest.raises(PermissionDenied):
        case_appeal(organization=stranger, acting_user=member_of(stranger), case=case, text="It is ours.")


def test_an_empty_appeal_is_refused(case):
    decide(case, Verdict.TAKE_DOWN)
    with pytest.raises(ValidationError, match="Say why"):
        case_appeal(organization=case.organization, acting_user=case.clip.created_by, case=case, text=" ")


def test_who_decided_cannot_confirm_it(case):
    who = moderator()
    decide(case, Verdict.TAKE_DOWN, who)
    appeal(case)
    with pytest.raises(ValidationError, match="second moderator"):
        decide(case, Verdict.CONFIRM, who)
    decide(case, Verdict.CONFIRM)
    assert Case.objects.get().state == CaseState.DECIDED


def test_a_confirmed_decision_is_reversed_by_a_third_moderator_only(case):
    first, second = moderator(), moderator()
    decision = decide(case, Verdict.TAKE_DOWN, first)
    appeal(case)
    decide(case, Verdict.CONFIRM, second)
    for who in (first, second):
        with pytest.raises(PermissionDenied, match="second moderator"):
            reverse(decision, who)
    reverse(decision)
    assert not decision.blocks.filter(lifted_at=None).exists()


def test_an_appeal_ends_with_a_reversal_too(case):
    decision = decide(case, Verdict.TAKE_DOWN)
    appeal(case)
    reverse(decision)
    assert Case.objects.get().state == CaseState.OPEN


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.TAKE_DOWN, Verdict.SUSPEND])
def test_while_an_appeal_is_open_nothing_else_is_decided_in_the_case(case, verdict):
    decide(case, Verdict.RESTRICT)
    appeal(case)
    with pytest.raises(CaseConflict):
        decide(case, verdict)


def test_a_moderator_does_not_decide_about_an_organization_of_their_own(case):
    who = moderator()
    decision = decide(case, Verdict.TAKE_DOWN)
    Membership.objects.create(user=who, organization=case.organization, role=Role.VIEWER)
    with pytest.raises(PermissionDenied, match="from outside"):
        reverse(decision, who)
    with pytest.raises(PermissionDenied, match="from outside"):
        decide(open_case(case.clip, "another"), Verdict.APPROVE, who)


def test_two_suspensions_end_only_when_both_are_reversed(case, clip):
    first, second = decide(case, Verdict.SUSPEND), decide(open_case(clip, "two"), Verdict.SUSPEND)
    suspended_at = OrganizationFactory._meta.model.objects.get(pk=clip.organization_id).suspended_at
    reverse(first)
    clip.organization.refresh_from_db()
    assert clip.organization.suspended_at == suspended_at
    reverse(second)
    clip.organization.refresh_from_db()
    assert clip.organization.suspended_at is None


def test_a_report_with_a_photo_alone_can_be_upheld_and_the_picture_stays_refused():
    report = LikenessReport.objects.create(state=ReportState.OPEN, due_at="2026-01-01T00:00Z")
    opt_out = OptOut.objects.create(report=report, fingerprints=[])
    cases_collect()
    decision = decide(Case.objects.get(), Verdict.KEEP)
    report.refresh_from_db()
    opt_out.refresh_from_db()
    assert (report.state, opt_out.lifted_at) == (ReportState.UPHELD, None)
    reverse(decision)
    report.refresh_from_db()
    assert report.state == ReportState.OPEN


@pytest.mark.parametrize(
    ("verdict", "state"), [(Verdict.APPROVE, AppealState.UPHELD), (Verdict.KEEP, AppealState.DISMISSED)]
)
def test_a_refused_upload_is_decided_at_the_desk_and_reversed_there(verdict, state):
    report = LikenessReport.objects.create(state=ReportState.UPHELD, due_at="2026-01-01T00:00Z")
    opt_out = OptOut.objects.create(report=report, fingerprints=[])
    organization = OrganizationFactory()
    refused = Appeal.objects.create(
        organization=organization, opt_out=opt_out, photo_sha256="a" * 64, reason="Ours.", created_by=UserFactory()
    )
    cases_collect()
    decision = decide(Case.objects.get(kind=CaseKind.REFUSAL), verdict)
    refused.refresh_from_db()
    assert refused.state == state
    reverse(decision)
    refused.refresh_from_db()
    assert refused.state == AppealState.OPEN


def test_who_reported_and_gave_an_address_is_told_what_became_of_it_and_not_why(clip):
    report = abuse_report_create(clip=clip, reason="hate", message="", email="Reader@Example.org")
    decision = decide(report.case, Verdict.TAKE_DOWN)
    letter = Letter.objects.get(recipient="reader@example.org")
    assert "can no longer be watched" in letter.body
    assert "Because of a rule" not in letter.body
    reverse(decision)
    assert Letter.objects.filter(recipient="reader@example.org", body__contains="It can be watched").exists()


def test_who_asks_for_a_take_down_is_told_that_it_arrived_and_until_when_it_is_decided(clip):
    report = abuse_report_create(
        clip=clip, reason="intimate", message="", takedown=True, signed_name="M. E.", email="m@example.org"
    )
    assert f"{report.case.due_at:%d %B %Y, %H:%M}" in Letter.objects.get(recipient="m@example.org").body


def test_neighbours_reports_do_not_keep_a_take_down_request_out(clip):
    for _ in range(6):
        abuse_report_create(clip=clip, reason="hate", message="", ip="203.0.113.7")
    made = abuse_report_create(
        clip=clip,
        reason="intimate",
        message="",
        takedown=True,
        signed_name="M. E.",
        email="m@example.org",
        ip="203.0.113.7",
    )
    assert made.case.due_at is not None


def test_a_report_after_a_reversal_goes_to_the_case_that_is_open_again(clip):
    first = abuse_report_create(clip=clip, reason="hate", message="a").case
    decision = decide(first, Verdict.APPROVE)
    second = abuse_report_create(clip=clip, reason="hate", message="b").case
    decide(second, Verdict.APPROVE)
    reverse(decision)
    assert abuse_report_create(clip=clip, reason="hate", message="c").case == first


def test_a_clip_that_was_deleted_meanwhile_can_still_be_taken_down(case, clip):
    twin = ClipFactory(portrait__sha256=clip.portrait.sha256, words=clip.words, organization=clip.portrait.organization)
    portrait = clip.portrait
    clip.delete()
    decide(Case.objects.get(pk=case.pk), Verdict.TAKE_DOWN)
    assert Case.objects.get(pk=case.pk).photo_sha256 == portrait.sha256 == twin.portrait.sha256
    assert stopped_because(twin, Action.VIEW)
