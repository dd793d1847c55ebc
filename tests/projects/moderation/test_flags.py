"""What is flagged and held at the door: words, nudes, and pictures that look like one that was taken down."""

import numpy as np
import pytest
from django.core.files.base import ContentFile

from accounts.models import AuditEvent
from consent.gate import Action
from consent.letters import organization_recipients
from consent.models import Letter
from projects.models import Portrait
from projects.moderation.copies import prints_taken
from projects.moderation.flagging import clip_look, nudity_seen, portrait_flag, portrait_look
from projects.moderation.flags import NUDITY_TO_HOLD, NUDITY_TO_LOOK_AT, nudity_flag, words_flag
from projects.moderation.models import Case, CaseKind, CaseState, Verdict
from projects.moderation.opening import case_open
from projects.moderation.selectors import HELD, stopped_because
from projects.moderation.services import case_decide, decision_reverse
from projects.services import clip_create
from rendering.engine.errors import EngineError
from tests.factories import ClipFactory, PortraitFactory, RecordingFactory, moderator
from tests.projects.moderation.pictures import as_file, picture, smaller

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "words",
    [
        "Please send $500 to this account.",
        "S-e-n-d me the money today.",
        "Send m\u200bone\u00ady to this account.",
        "Ѕend mоney to this account.",
        "Bitte überweise das Geld noch heute.",
        "Envoyez de l'argent à ce compte.",
        "Envía dinero a esta cuenta.",
        "Manda i soldi su questo conto.",
        "This is your bank, what is your password?",
        "Grandma, I had an accident and I am in jail.",
    ],
)
def test_words_that_ask_for_money_or_secrets_are_flagged_however_they_are_written(words):
    assert words_flag(words).risk >= 4


@pytest.mark.parametrize(
    "words",
    [
        "Good morning from the museum.",
        "Our painter sold this picture for forty pounds in 1790.",
        "Happy birthday, grandma! I send you a kiss.",
        "Der Saal ist bis sechs geöffnet.",
        "The school play is on Friday, and the children are excited.",
    ],
)
def test_what_museums_schools_and_families_say_is_not_flagged(words):
    assert words_flag(words) is None


@pytest.mark.parametrize(
    ("score", "risk", "holds"),
    [
        (NUDITY_TO_LOOK_AT - 0.01, None, None),
        (NUDITY_TO_LOOK_AT, 3, False),
        (NUDITY_TO_HOLD, 5, True),
        (None, 2, False),
    ],
)
def test_a_likely_nude_is_held_a_possible_one_looked_at_and_an_unknown_one_never_silent(score, risk, holds):
    flag = nudity_flag(score)
    assert (flag and flag.risk, flag and flag.holds) == (risk, holds)


def test_a_missing_model_is_flagged_and_stops_no_upload(monkeypatch):
    def missing(photo):
        raise EngineError("model-missing", "It is not there.", "Install it.")

    monkeypatch.setattr("rendering.engine.faces.nudity.nudity", missing)
    portrait_flag(PortraitFactory(), nudity=nudity_seen(np.zeros((8, 8, 3), np.uint8)))
    assert "could not be looked at" in Case.objects.get().summary


def nude():
    portrait = PortraitFactory()
    portrait_flag(portrait, nudity=0.95)
    return ClipFactory(portrait=portrait, organization=portrait.organization, created_by=portrait.created_by)


def test_nothing_is_made_of_a_held_picture_until_a_moderator_approves_and_reversing_holds_again():
    clip = nude()
    assert stopped_because(clip, Action.SUBMIT) == (HELD,)
    assert stopped_because(clip, Action.VIEW) == ()
    decision = decide(Case.objects.get(), Verdict.APPROVE)
    assert stopped_because(clip, Action.SUBMIT) == ()
    decision_reverse(acting_user=moderator(), decision=decision, reason="It is one.")
    assert stopped_because(clip, Action.SUBMIT) == (HELD,)


def test_what_is_held_is_told_to_the_owners_once_and_stands_in_the_log():
    clip = nude()
    portrait_flag(clip.portrait, nudity=0.95)
    owners = organization_recipients(clip.organization)
    assert sorted(Letter.objects.filter(key__startswith="held:").values_list("recipient", flat=True)) == sorted(owners)
    assert AuditEvent.objects.filter(action="moderation.held").count() == 1


def test_what_was_approved_is_not_held_again_when_the_same_photo_is_uploaded_again():
    clip = nude()
    decide(Case.objects.get(), Verdict.APPROVE)
    again = PortraitFactory(organization=clip.organization, sha256=clip.portrait.sha256)
    portrait_flag(again, nudity=0.95)
    assert Case.objects.get().state == CaseState.DECIDED


def portrait_of(photo, **values):
    height, width = photo.shape[:2]
    box = [width * 0.3, height * 0.2, width * 0.4, height * 0.4]
    values |= {"faces": [{"box": box}], "fingerprints": prints_taken(photo, [tuple(box)])}
    return PortraitFactory(image=ContentFile(as_file(photo), name="org/x/portraits/p.png"), **values)


def decide(case, verdict, **options):
    return case_decide(acting_user=moderator(), case=case, verdict=verdict, reason="A rule.", **options)


def take_down(*, portrait=None, clip=None, **options):
    about = portrait or clip
    case = case_open(
        key="t",
        kind=CaseKind.ABUSE,
        risk=3,
        summary="T.",
        organization=about.organization,
        portrait=portrait,
        clip=clip,
    )
    return decide(case, Verdict.TAKE_DOWN, **options)


@pytest.mark.parametrize("change", [smaller, lambda photo: np.ascontiguousarray(photo[:, ::-1])])
def test_another_file_of_a_picture_that_was_taken_down_is_held_in_any_organization(change):
    photo = picture()
    take_down(portrait=portrait_of(photo))
    copy = portrait_of(change(photo))
    portrait_flag(copy, nudity=0.0)
    assert Case.objects.get(portrait=copy).holds


def test_a_copy_that_is_here_already_is_held_when_the_other_is_taken_down(django_capture_on_commit_callbacks):
    photo = picture()
    copy, other = portrait_of(smaller(photo)), portrait_of(picture(seed=5))
    with django_capture_on_commit_callbacks(execute=True):
        take_down(portrait=portrait_of(photo))
    assert Case.objects.get(portrait=copy).holds
    assert not Case.objects.filter(portrait=other).exists()


def test_the_same_words_with_a_picture_that_looks_the_same_are_held_and_other_words_are_not():
    photo = picture()
    taken = portrait_of(photo)
    take_down(clip=ClipFactory(portrait=taken, organization=taken.organization, words="Vote on Sunday."))
    copy = portrait_of(smaller(photo))
    same, other = (
        ClipFactory(portrait=copy, organization=copy.organization, words=w) for w in ("Vote on Sunday.", "Hi.")
    )
    for clip in (same, other):
        clip_look(clip)
    assert stopped_because(same, Action.SUBMIT) == (HELD,)
    assert stopped_because(other, Action.SUBMIT) == ()


def test_a_picture_may_be_taken_down_whatever_it_says():
    clip = ClipFactory()
    other = ClipFactory(portrait=clip.portrait, organization=clip.organization, words="Something else.")
    take_down(clip=clip, whole_picture=True)
    assert stopped_because(other, Action.VIEW)


def test_a_repaired_picture_of_an_upload_that_was_taken_down_is_stopped():
    clip = ClipFactory()
    take_down(portrait=clip.portrait)
    repaired = PortraitFactory(root_sha256=clip.portrait.sha256)
    assert stopped_because(ClipFactory(portrait=repaired, organization=repaired.organization), Action.VIEW)


def test_a_take_down_of_a_repaired_picture_stops_the_upload_too():
    clip = ClipFactory()
    repaired = PortraitFactory(root_sha256=clip.portrait.sha256)
    take_down(portrait=repaired)
    assert stopped_because(clip, Action.VIEW)


def test_a_recording_is_flagged_by_the_words_that_were_written_down_of_it():
    words = [[word, 0.0, 0.1] for word in ["send", "the", "money", "to", "this", "account"]]
    recording = RecordingFactory(transcript=words)
    clip = ClipFactory(organization=recording.organization, recording=recording, words="", voice="recording")
    clip_look(clip)
    assert Case.objects.get(clip=clip).kind == CaseKind.WORDS


def test_a_flagged_script_is_made_and_looked_at():
    portrait = PortraitFactory()
    clip = clip_create(
        organization=portrait.organization,
        acting_user=portrait.created_by,
        portrait=portrait,
        words="Please send the money to this account.",
    )
    assert Case.objects.get(clip=clip).kind == CaseKind.WORDS
    assert stopped_because(clip, Action.SUBMIT) == ()


def test_a_portrait_that_was_made_otherwise_is_looked_at_from_its_file():
    photo = picture()
    take_down(portrait=portrait_of(photo))
    made = portrait_of(smaller(photo))
    Portrait.objects.filter(pk=made.pk).update(fingerprints=[])
    made.refresh_from_db()
    portrait_look(made)
    made.refresh_from_db()
    assert made.fingerprints
    assert Case.objects.get(portrait=made).holds
