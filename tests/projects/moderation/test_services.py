import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import AuditEvent, Role
from accounts.services import credits_grant
from consent.gate import Action
from consent.letters import organization_recipients
from consent.models import Letter, LikenessReport, OptOut, ReportState, SubjectKind
from consent.refusing import report_create
from projects.models import Portrait
from projects.moderation.collecting import cases_collect
from projects.moderation.figures import figures
from projects.moderation.flagging import clip_look, portrait_flag
from projects.moderation.models import TRANSITIONS, UNDECIDED, Case, CaseAnswer, CaseKind, CaseState, Verdict
from projects.moderation.opening import case_open
from projects.moderation.reporting import abuse_report_create
from projects.moderation.selectors import is_moderator
from projects.moderation.services import CaseConflict, case_answer, case_decide, decision_reverse
from projects.services import project_create
from rendering.gating import ask
from rendering.services import ConsentMissing, request_render
from tests.factories import (
    ClipFactory,
    PortraitFactory,
    SubjectFactory,
    UserFactory,
    answer,
    member_of,
    moderator,
    request_for,
    statement_for,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clip():
    """A clip that the person shown agreed to."""
    made = ClipFactory()
    member_of(made.organization)
    credits_grant(organization=made.organization, seconds=60, reason="test")
    answer(request_for(made))
    return made


@pytest.fixture
def case(clip):
    return case_open(
        key="test", kind=CaseKind.ABUSE, risk=3, summary="A test.", organization=clip.organization, clip=clip
    )


def twin_of(clip, **changes):
    """The same photo with the same words in another organisation."""
    portrait = PortraitFactory(sha256=clip.portrait.sha256)
    values = {"portrait": portrait, "organization": portrait.organization, "words": clip.words} | changes
    twin = ClipFactory(created_by=portrait.created_by, **values)
    answer(request_for(twin))
    return twin


def allowed(clip, action=Action.VIEW):
    return ask(clip, action).allowed


def decide(case, verdict, who=None):
    return case_decide(acting_user=who or moderator(), case=case, verdict=verdict, reason="Because of a rule.")


@pytest.mark.parametrize(
    "verdict", [Verdict.APPROVE, Verdict.ASK, Verdict.RESTRICT, Verdict.TAKE_DOWN, Verdict.SUSPEND]
)
def test_every_decision_is_in_the_audit_log_and_told_to_the_owners_with_its_reason(case, verdict):
    who = moderator()
    decision = decide(case, verdict, who)
    event = AuditEvent.objects.get(action="moderation.decided", object_id=case.pk)
    assert (event.actor_id, event.data["verdict"], event.data["decision"]) == (who.pk, verdict, decision.pk)
    letters = {letter.recipient: letter.body for letter in Letter.objects.filter(key__contains=decision.pk)}
    assert set(letters) == set(organization_recipients(case.organization))
    assert all("Because of a rule." in body for body in letters.values())


def test_approval_stops_nothing(case, clip):
    decide(case, Verdict.APPROVE)
    assert allowed(clip)
    assert Case.objects.get().state == CaseState.DECIDED


def test_a_take_down_stops_the_clip_and_its_copies_everywhere_but_not_other_words(case, clip):
    twin, other = twin_of(clip), twin_of(clip, words="Something else entirely.")
    decide(case, Verdict.TAKE_DOWN)
    assert [allowed(each) for each in (clip, twin, other)] == [False, False, True]


def test_a_restriction_lets_the_clip_be_watched_here_and_nothing_else(case, clip):
    twin = twin_of(clip)
    decide(case, Verdict.RESTRICT)
    assert allowed(clip, Action.VIEW)
    assert not allowed(clip, Action.DOWNLOAD)
    assert not allowed(clip, Action.SUBMIT)
    assert allowed(twin, Action.SUBMIT)


def test_a_suspended_organization_shows_and_makes_nothing(case, clip):
    decide(case, Verdict.SUSPEND)
    clip.refresh_from_db()
    assert not allowed(clip)
    with pytest.raises(PermissionDenied, match="suspended"):
        project_create(organization=clip.organization, acting_user=clip.created_by, name="More")


def test_what_was_stopped_is_not_rendered_and_the_person_shown_is_not_asked(case, clip):
    decide(case, Verdict.TAKE_DOWN)
    with pytest.raises(ConsentMissing, match="took this clip down") as caught:
        request_render(organization=clip.organization, acting_user=clip.created_by, clip=clip)
    assert caught.value.url == ""


@pytest.mark.parametrize("verdict", [Verdict.RESTRICT, Verdict.TAKE_DOWN, Verdict.SUSPEND])
def test_a_second_moderator_reverses_and_everything_is_as_before(case, clip, verdict):
    decision = decide(case, verdict)
    decision_reverse(acting_user=moderator(), decision=decision, reason="It was wrong.")
    clip.organization.refresh_from_db()
    assert allowed(clip, Action.DOWNLOAD)
    assert Case.objects.get().state == CaseState.OPEN
    assert AuditEvent.objects.filter(action="moderation.reversed", object_id=case.pk).exists()
    assert Letter.objects.filter(body__contains="It was wrong.").exists()


def test_the_same_moderator_cannot_reverse(case):
    who = moderator()
    decision = decide(case, Verdict.TAKE_DOWN, who)
    with pytest.raises(PermissionDenied, match="second moderator"):
        decision_reverse(acting_user=who, decision=decision, reason="I changed my mind.")


def test_a_decision_is_reversed_once(case):
    decision = decide(case, Verdict.TAKE_DOWN)
    decision_reverse(acting_user=moderator(), decision=decision, reason="Wrong.")
    with pytest.raises(CaseConflict):
        decision_reverse(acting_user=moderator(), decision=decision, reason="Wrong.")


@pytest.mark.parametrize("before", CaseState)
@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.ASK])
def test_a_case_moves_only_as_the_table_says(case, before, verdict):
    Case.objects.filter(pk=case.pk).update(state=before)
    after = CaseState.WAITING if verdict is Verdict.ASK else CaseState.DECIDED
    if before in UNDECIDED and after in TRANSITIONS[before]:
        decide(case, verdict)
        assert Case.objects.get().state == after
    else:
        with pytest.raises(CaseConflict):
            decide(case, verdict)
        assert Case.objects.get().state == before


def test_a_decision_needs_a_reason(case):
    with pytest.raises(ValidationError, match="Say why"):
        case_decide(acting_user=moderator(), case=case, verdict=Verdict.APPROVE, reason="  ")


@pytest.mark.parametrize("user", [{"is_staff": True}, {"is_staff": False}, {"is_staff": True, "is_active": False}])
def test_only_moderators_decide(case, user):
    with pytest.raises(PermissionDenied):
        decide(case, Verdict.APPROVE, UserFactory(**user))


def test_membership_of_the_group_without_staff_status_is_not_enough(case):
    who = moderator()
    who.is_staff = False
    assert not is_moderator(who)


def test_the_organization_answers_and_the_case_is_open_again(case, clip):
    decide(case, Verdict.ASK)
    case.refresh_from_db()
    case_answer(organization=clip.organization, acting_user=clip.created_by, case=case, text="The contract.")
    case.refresh_from_db()
    assert (case.state, CaseAnswer.objects.get().text) == (CaseState.OPEN, "The contract.")


def test_a_viewer_cannot_answer_for_the_organization(case, clip):
    decide(case, Verdict.ASK)
    viewer = member_of(clip.organization, Role.VIEWER)
    with pytest.raises(PermissionDenied):
        case_answer(organization=clip.organization, acting_user=viewer, case=case, text="The contract.")


def test_a_statement_about_the_dead_is_queued_once_and_approved_by_its_case():
    subject = SubjectFactory(kind=SubjectKind.DECEASED)
    statement_for(subject)
    cases_collect()
    cases_collect()
    case = Case.objects.get(kind=CaseKind.STATEMENT)
    decision = decide(case, Verdict.APPROVE)
    subject.refresh_from_db()
    assert subject.moderation_state == "approved"
    decision_reverse(acting_user=moderator(), decision=decision, reason="The will is forged.")
    subject.refresh_from_db()
    assert subject.moderation_state == "none"


def test_a_not_me_report_is_taken_down_by_one_moderator_and_erased_by_another(clip, django_capture_on_commit_callbacks):
    report_create(clip_reference=clip.pk, name="", email="", message="This is me.")
    cases_collect()
    case = Case.objects.get(kind=CaseKind.REPORT)
    assert case.due_at == LikenessReport.objects.get().due_at
    first = moderator()
    with pytest.raises(ValidationError, match="Another moderator"):
        decide(case, Verdict.ERASE, first)
    decision = decide(case, Verdict.TAKE_DOWN, first)
    assert not allowed(clip)
    assert Portrait.objects.get(pk=clip.portrait_id).erased_at is None
    with pytest.raises(ValidationError, match="Another moderator"):
        decide(case, Verdict.ERASE, first)
    with django_capture_on_commit_callbacks(execute=True):
        decide(case, Verdict.ERASE)
    assert Portrait.objects.get(pk=clip.portrait_id).erased_at is not None
    assert LikenessReport.objects.get().state == ReportState.UPHELD
    with pytest.raises(CaseConflict):
        decision_reverse(acting_user=moderator(), decision=decision, reason="Too late.")
    with pytest.raises(CaseConflict):
        decide(case, Verdict.ERASE)


def test_a_dismissed_report_is_open_again_when_that_is_reversed(clip):
    report = report_create(clip_reference=clip.pk, name="", email="", message="This is me.")
    opt_out = OptOut.objects.create(report=report, fingerprints=[{"p": "0" * 16, "d": "0" * 16}])
    cases_collect()
    decision = decide(Case.objects.get(kind=CaseKind.REPORT), Verdict.APPROVE)
    opt_out.refresh_from_db()
    report.refresh_from_db()
    assert report.state == ReportState.DISMISSED
    assert opt_out.lifted_at is not None
    decision_reverse(acting_user=moderator(), decision=decision, reason="It is them.")
    opt_out.refresh_from_db()
    report.refresh_from_db()
    assert report.state == ReportState.OPEN
    assert opt_out.lifted_at is None


def test_a_script_that_asks_for_money_is_flagged_and_a_greeting_is_not():
    clip_look(ClipFactory(words="Please send the money to this account today."))
    clip_look(ClipFactory(words="Good morning from the museum."))
    assert [case.risk for case in Case.objects.filter(kind=CaseKind.WORDS)] == [4]


def test_a_photo_that_is_somebody_living_elsewhere_is_flagged():
    living = PortraitFactory()
    historical = SubjectFactory(kind=SubjectKind.HISTORICAL)
    portrait_flag(
        PortraitFactory(subject=historical, organization=historical.organization, sha256=living.sha256), nudity=0.0
    )
    portrait_flag(PortraitFactory(sha256=living.sha256), nudity=0.0)
    assert [case.kind for case in Case.objects.all()] == [CaseKind.PHOTO, CaseKind.PHOTO]


def test_the_queue_has_the_riskiest_first_and_old_ones_catch_up(clip):
    risky = case_open(key="b", kind=CaseKind.ABUSE, risk=5, summary="", organization=clip.organization)
    fresh = case_open(key="a", kind=CaseKind.ABUSE, risk=1, summary="", organization=clip.organization)
    old = case_open(key="c", kind=CaseKind.ABUSE, risk=1, summary="", organization=clip.organization)
    Case.objects.filter(pk=old.pk).update(rank_at=old.rank_at - 5 * (fresh.opened_at - fresh.rank_at))
    assert list(Case.objects.all()) == [old, risky, fresh]


def test_a_take_down_request_has_48_hours_and_needs_a_name_and_an_address(clip):
    with pytest.raises(ValidationError) as caught:
        abuse_report_create(clip=clip, reason="intimate", message="", takedown=True)
    assert "signed_name" in caught.value.message_dict
    report = abuse_report_create(
        clip=clip, reason="intimate", message="", takedown=True, signed_name="M. E.", email="m@example.org"
    )
    assert report.case.kind == CaseKind.TAKE_DOWN
    assert (report.case.due_at - report.created_at).total_seconds() == 48 * 3600


def test_many_reports_are_one_case_and_after_a_decision_another(clip):
    first = abuse_report_create(clip=clip, reason="hate", message="a")
    assert abuse_report_create(clip=clip, reason="hate", message="b").case == first.case
    decide(first.case, Verdict.APPROVE)
    assert abuse_report_create(clip=clip, reason="hate", message="c").case != first.case


def test_the_seventh_report_of_a_network_in_an_hour_is_refused(clip):
    for _ in range(6):
        abuse_report_create(clip=clip, reason="hate", message="", ip="203.0.113.7")
    with pytest.raises(ValidationError, match="Try again in an hour"):
        abuse_report_create(clip=clip, reason="hate", message="", ip="203.0.113.8")
    abuse_report_create(clip=clip, reason="hate", message="", ip="198.51.100.1")


def test_the_figures_count_what_is_open_overdue_and_decided(case, clip):
    decide(case, Verdict.APPROVE)
    late = abuse_report_create(
        clip=clip, reason="intimate", message="", takedown=True, signed_name="M. E.", email="m@example.org"
    ).case
    found = figures(at=late.due_at + (late.opened_at - late.rank_at))
    assert (found.open, found.overdue) == (1, 1)
    assert [(bar.label, bar.count) for bar in found.by_kind] == [("Take-down request", 1)]
    assert sum(bar.count for bar in figures().days) == 1
