"""Arrangements for tests. What is made together belongs to one organisation; consent goes through the services."""

import hashlib
from collections.abc import Collection

import factory
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from factory import LazyAttribute, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from accounts.models import Membership, Organization, OrganizationKind, Role, User
from consent.gate import SCOPES, Grantor, Scope, SubjectKind
from consent.models import ConsentRequest, Subject
from consent.selectors import Receipt, request_token
from consent.services import challenge_issue, consent_answer, consent_request_create, statement_record
from projects.models import Clip, Portrait, Project, Recording, Scene
from projects.parts import Part

PASSWORD = "correct horse battery"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = Sequence(lambda n: f"person{n}@example.org")
    password = factory.django.Password(PASSWORD)


def moderator() -> User:
    """Somebody who decides cases and may do nothing else."""
    made: User = UserFactory(is_staff=True)
    made.groups.add(Group.objects.get(name="moderator"))
    return made


def operator() -> User:
    """Somebody who runs the site."""
    made: User = UserFactory(is_staff=True, is_superuser=True)
    return made


class OrganizationFactory(DjangoModelFactory):
    """An organisation without members or credits."""

    class Meta:
        model = Organization

    name = Sequence(lambda n: f"Studio {n}")
    kind = OrganizationKind.MUSEUM


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = SubFactory(UserFactory)
    organization = SubFactory(OrganizationFactory)
    role = Role.OWNER


def member_of(organization: Organization, role: str = Role.OWNER) -> User:
    """A new user with this role in the organisation."""
    return MembershipFactory(organization=organization, role=role).user


class _OwnedFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    organization = SubFactory(OrganizationFactory)
    created_by = LazyAttribute(lambda made: member_of(made.organization))


class SubjectFactory(_OwnedFactory):
    """A living adult."""

    class Meta:
        model = Subject

    kind = SubjectKind.OTHER
    name = "Mira Example"


class ProjectFactory(_OwnedFactory):
    class Meta:
        model = Project

    name = "Spring"


class PortraitFactory(_OwnedFactory):
    """A portrait whose file holds a few bytes that are no picture."""

    class Meta:
        model = Portrait

    project = SubFactory(
        ProjectFactory, organization=SelfAttribute("..organization"), created_by=SelfAttribute("..created_by")
    )
    subject = SubFactory(
        SubjectFactory, organization=SelfAttribute("..organization"), created_by=SelfAttribute("..created_by")
    )
    name = "Mira"
    image = LazyAttribute(lambda made: ContentFile(b"photo", name=f"org/{made.organization.pk}/portraits/photo.png"))
    sha256 = Sequence(lambda n: hashlib.sha256(f"photo {n}".encode()).hexdigest())
    width = 640
    height = 800
    faces = factory.LazyFunction(
        lambda: [{"box": [200.0, 200.0, 240.0, 300.0], "yaw": 0.0, "pitch": 0.0, "roll": 0.0, "score": 1.0}]
    )
    face_index = 0


class RecordingFactory(_OwnedFactory):
    """A recording whose file holds a few bytes that are no sound."""

    class Meta:
        model = Recording

    project = SubFactory(
        ProjectFactory, organization=SelfAttribute("..organization"), created_by=SelfAttribute("..created_by")
    )
    name = "Greeting"
    file = LazyAttribute(lambda made: ContentFile(b"sound", name=f"org/{made.organization.pk}/recordings/sound.wav"))
    sha256 = Sequence(lambda n: hashlib.sha256(f"sound {n}".encode()).hexdigest())
    duration = 4.5


class ClipFactory(_OwnedFactory):
    """A clip with words."""

    class Meta:
        model = Clip

    portrait = SubFactory(
        PortraitFactory, organization=SelfAttribute("..organization"), created_by=SelfAttribute("..created_by")
    )
    project = SelfAttribute("portrait.project")
    words = "Good morning from the museum."
    voice = "heart"
    style = "neutral"
    title = "Good morning"


def request_for(clip: Clip) -> ConsentRequest:
    """A consent request for all that the clip needs."""
    return consent_request_create(
        organization=clip.organization,
        acting_user=clip.created_by,
        subject=clip.portrait.subject,
        photo_key=clip.portrait.image.name,
        photo_sha256=clip.shown_sha256,
        words=clip.words,
        voice=clip.voice,
        recording_key=clip.recording.file.name if clip.recording else "",
        recording_sha256=clip.recording.sha256 if clip.recording else "",
        purpose="the museum's door",
    )


def answer(request: ConsentRequest, granted: Collection[Scope] = SCOPES) -> Receipt:
    """The person's answer to a request; all of it granted unless said otherwise."""
    return consent_answer(
        token=request_token(request),
        granted=set(granted),
        typed_name="Mira Example",
        ip="203.0.113.77",
        user_agent="Test/1.0",
        language="en",
        challenge=challenge_issue(request, language="en").words,
    )


def statement_for(subject: Subject) -> None:
    """An editor's statement that is good for the subject's kind."""
    statement_record(
        organization=subject.organization,
        acting_user=subject.created_by,
        subject=subject,
        statement="A talk about the painting, for visitors.",
        source="The museum's catalogue, number 12.",
        authority=Grantor.EXECUTOR if subject.kind == SubjectKind.DECEASED else Grantor.EDITOR,
        evidence=b"%PDF-1.7 the will" if subject.kind == SubjectKind.DECEASED else b"",
    )


class SceneFactory(_OwnedFactory):
    """A scene after a clip's first one, of another person; `conversation_of` tells the clip of it."""

    class Meta:
        model = Scene

    clip = SubFactory(
        ClipFactory, organization=SelfAttribute("..organization"), created_by=SelfAttribute("..created_by")
    )
    portrait = SubFactory(
        PortraitFactory,
        organization=SelfAttribute("..organization"),
        created_by=SelfAttribute("..created_by"),
        project=SelfAttribute("..clip.project"),
    )
    place = 1
    words = "Good morning to you."
    voice = "heart"
    style = "neutral"


def conversation_of(*portraits: Portrait, **changes: object) -> Clip:
    """A clip in which these portraits, of one organisation, say a line each, one after the other."""
    first, *others = portraits
    owned = {"organization": first.organization, "created_by": first.created_by}
    clip: Clip = ClipFactory(portrait=first, further_scenes=len(others), words="Line 1.", **owned, **changes)
    for place, portrait in enumerate(others, 1):
        SceneFactory(clip=clip, portrait=portrait, place=place, words=f"Line {place + 1}.", **owned)
    return clip


def portraits_of_people(*names: str) -> list[Portrait]:
    """A portrait each of people with these names, in one project; a name that comes again is the same picture."""
    first = PortraitFactory(subject__name=names[0])
    owned = {"organization": first.organization, "created_by": first.created_by}
    known = {names[0]: first}
    for name in names[1:]:
        if name not in known:
            known[name] = PortraitFactory(
                project=first.project, subject=SubjectFactory(name=name, **owned), name=name, **owned
            )
    return [known[name] for name in names]


def request_for_part(part: Part) -> ConsentRequest:
    """A consent request for all that one person does in a clip."""
    return consent_request_create(
        organization=part.clip.organization,
        acting_user=part.clip.created_by,
        subject=part.subject,
        photo_key=part.portrait.image.name or "",
        photo_sha256=part.shown_sha256,
        words="" if part.recording else part.words_asked,
        voice=part.voice,
        recording_key=(part.recording.file.name or "") if part.recording else "",
        recording_sha256=part.recording_sha256,
        purpose="the museum's door",
    )
