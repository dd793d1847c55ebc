import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import AuditEvent, Role
from consent.gate import Action, Scope
from projects.lexicon import lexicon_of, lexicon_remove, lexicon_set
from projects.models import LexiconEntry
from projects.services import clip_create
from rendering.files import fetch
from rendering.gating import ask
from rendering.models import Render
from tests.factories import ClipFactory, MembershipFactory, PortraitFactory, answer, member_of, request_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return MembershipFactory()


@pytest.fixture
def owned(member):
    return {"organization": member.organization, "acting_user": member.user}


@pytest.fixture
def portrait(member):
    return PortraitFactory(organization=member.organization, created_by=member.user)


def test_an_entry_is_kept_and_told_in_the_audit_log(owned):
    lexicon_set(**owned, written=" SQL ", said="sequel")
    assert lexicon_of(owned["organization"]) == {"SQL": "sequel"}
    assert AuditEvent.objects.filter(action="lexicon.added").exists()


def test_a_word_has_one_entry_and_the_latest_counts(owned):
    for said in ("sequel", "/ɛs kjuː ɛl/"):
        lexicon_set(**owned, written="SQL", said=said)
    assert lexicon_of(owned["organization"]) == {"SQL": "/ɛs kjuː ɛl/"}


@pytest.mark.parametrize(
    ("written", "said"), [("", "x"), ("...", "x"), ("SQL", ""), ("SQL", "/q💥/"), ("SQL", "Привет")]
)
def test_what_no_voice_can_say_is_refused(owned, written, said):
    with pytest.raises(ValidationError):
        lexicon_set(**owned, written=written, said=said)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER, Role.BILLING])
def test_who_may_not_make_may_not_change_it(owned, role):
    entry = lexicon_set(**owned, written="SQL", said="sequel")
    other = {"organization": owned["organization"], "acting_user": member_of(owned["organization"], role)}
    with pytest.raises(PermissionDenied):
        lexicon_set(**other, written="API", said="a p i")
    with pytest.raises(PermissionDenied):
        lexicon_remove(**other, entry=entry)


def test_a_clip_takes_the_entries_that_its_words_need(owned, portrait):
    lexicon_set(**owned, written="sql", said="sequel")
    lexicon_set(**owned, written="Xochitl", said="so cheel")
    assert clip_create(**owned, portrait=portrait, words="Learn SQL with me.").lexicon == {"sql": "sequel"}


def test_a_clip_keeps_its_entries_when_the_lexicon_changes(owned, portrait):
    entry = lexicon_set(**owned, written="SQL", said="sequel")
    clip = clip_create(**owned, portrait=portrait, words="Learn SQL with me.")
    lexicon_remove(**owned, entry=entry)
    clip.refresh_from_db()
    assert clip.lexicon == {"SQL": "sequel"}


def test_the_render_says_it_so(owned, portrait, tmp_path):
    lexicon_set(**owned, written="SQL", said="sequel")
    clip = clip_create(**owned, portrait=portrait, words="Learn SQL with me.")
    render = Render(organization=clip.organization, clip=clip)
    assert fetch(render, tmp_path).lexicon == {"SQL": "sequel"}


def test_consent_to_words_does_not_cover_them_said_otherwise():
    """“yes” in the script, “no” in the lexicon: it is not what somebody agreed to."""
    clip = ClipFactory(words="I say yes.")
    answer(request_for(clip))
    assert ask(clip, Action.SUBMIT).allowed
    clip.lexicon = {"yes": "no"}
    decision = ask(clip, Action.SUBMIT)
    assert not decision.allowed
    assert decision.missing == (Scope.WORDS,)


def test_the_page_lists_adds_and_removes(client, member):
    client.force_login(member.user)
    assert client.post(reverse("projects:lexicon"), {"written": "SQL", "said": "sequel"}).status_code == 302
    assert "sequel" in client.get(reverse("projects:lexicon")).content.decode()
    entry = LexiconEntry.objects.get()
    client.post(reverse("projects:lexicon_remove", args=[entry.pk]))
    assert not LexiconEntry.objects.exists()


def test_an_entry_can_be_heard(client, member, owned):
    entry = lexicon_set(**owned, written="SQL", said="sequel")
    client.force_login(member.user)
    answered = client.get(reverse("projects:lexicon_sound", args=[entry.pk]))
    assert answered.content[:4] == b"RIFF"


@pytest.mark.parametrize("name", ["lexicon_remove", "lexicon_sound"])
def test_another_organisations_entry_is_not_there(client, owned, name):
    entry = lexicon_set(**owned, written="SQL", said="sequel")
    client.force_login(MembershipFactory().user)
    address = reverse(f"projects:{name}", args=[entry.pk])
    assert (client.post if name == "lexicon_remove" else client.get)(address).status_code == 404
