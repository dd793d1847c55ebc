"""Reading: the doors to projects, portraits, recordings and clips, and what the gate says of a clip."""

from typing import TypeVar

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.ids import is_id
from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.selectors import access_organization
from consent.models import Subject
from projects.models import Backdrop, Clip, LexiconEntry, Music, OwnedModel, Portrait, Project, Recording, Scene

Owned = TypeVar("Owned", bound=OwnedModel)


def access_project(user: User, project_id: str, *, act: Act = Act.VIEW) -> Project:
    """The project, for a member of its organisation whose role may do `act`; else Http404."""
    return _access(user, project_id, "prj", Project.objects.select_related("organization"), act)


def access_portrait(user: User, portrait_id: str, *, act: Act = Act.VIEW) -> Portrait:
    """The portrait, for a member of its organisation whose role may do `act`; else Http404."""
    return _access(user, portrait_id, "por", Portrait.objects.select_related("organization", "project", "subject"), act)


def access_recording(user: User, recording_id: str, *, act: Act = Act.VIEW) -> Recording:
    """The recording, for a member of its organisation whose role may do `act`; else Http404."""
    return _access(
        user, recording_id, "rec", Recording.objects.select_related("organization", "project", "source"), act
    )


def access_backdrop(user: User, backdrop_id: str, *, act: Act = Act.VIEW) -> Backdrop:
    """The picture to stand before, for a member of its organisation whose role may do `act`; else Http404."""
    return _access(user, backdrop_id, "bdp", Backdrop.objects.select_related("organization", "project"), act)


def access_lexicon_entry(user: User, entry_id: str, *, act: Act = Act.VIEW) -> LexiconEntry:
    """The entry of the lexicon, for a member of its organisation whose role may do `act`; else Http404."""
    return _access(user, entry_id, "lex", LexiconEntry.objects.select_related("organization"), act)


def access_music(user: User, music_id: str, *, act: Act = Act.VIEW) -> Music:
    """The music, for a member of its organisation whose role may do `act`; else Http404."""
    return _access(user, music_id, "mus", Music.objects.select_related("organization", "project"), act)


def access_clip(user: User, clip_id: str, *, act: Act = Act.VIEW) -> Clip:
    """The clip, for a member of its organisation whose role may do `act`; else Http404."""
    clips = Clip.objects.select_related(
        "organization", "project", "portrait__subject", "recording", "backdrop", "music"
    )
    return _access(user, clip_id, "clp", clips, act)


def _access(user: User, object_id: str, prefix: str, objects: QuerySet[Owned], act: Act) -> Owned:
    if not is_id(object_id, prefix):
        raise Http404
    found = objects.filter(pk=object_id).first()
    if found is None:
        raise Http404
    access_organization(user, found.organization_id, act=act)
    return found


def projects_of(organization: Organization) -> QuerySet[Project]:
    """The organisation's projects, newest first."""
    return Project.objects.filter(organization=organization)


def portraits_of(project: Project) -> QuerySet[Portrait]:
    """The project's portraits with their subjects, newest first; not those whose picture was erased."""
    return Portrait.objects.filter(
        project=project, organization_id=project.organization_id, erased_at=None
    ).select_related("subject")


def music_of(project: Project) -> QuerySet[Music]:
    """The project's music, newest first; not what was erased."""
    return Music.objects.filter(project=project, organization_id=project.organization_id, erased_at=None)


def recordings_of(project: Project) -> QuerySet[Recording]:
    """The project's recordings, newest first; not those whose file was erased."""
    return Recording.objects.filter(project=project, organization_id=project.organization_id, erased_at=None)


def backdrops_of(project: Project) -> QuerySet[Backdrop]:
    """The project's pictures to stand before, newest first; not those that were erased."""
    return Backdrop.objects.filter(project=project, organization_id=project.organization_id, erased_at=None)


def clips_showing(subject: Subject) -> QuerySet[Clip]:
    """The clips in which the subject is shown, in any of their scenes."""
    scenes = Scene.objects.filter(portrait__subject=subject)
    return Clip.objects.filter(Q(portrait__subject=subject) | Q(pk__in=scenes.values("clip")))


def clips_with(portrait: Portrait) -> QuerySet[Clip]:
    """The clips in which this portrait is shown, in any of their scenes."""
    return Clip.objects.filter(Q(portrait=portrait) | Q(pk__in=portrait.scenes.values("clip")))


def clips_of(project: Project) -> QuerySet[Clip]:
    """The project's clips with their portraits, newest first."""
    return Clip.objects.filter(project=project, organization_id=project.organization_id).select_related(
        "portrait__subject", "recording", "backdrop"
    )
