"""Whom a clip shows, and what each of them does in it: what the gate and the persons shown are asked.

A clip of one scene has one part. In a clip of several scenes a part holds all scenes in which one portrait speaks in
one voice, so that whoever has three turns in a dialogue is asked once; each recording is a part of its own, because
consent to it is bound to its bytes. Where several persons are shown, the words of each stand among what the others say,
and are agreed to together with that: another conversation is another question.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from consent.models import Subject
from projects.models import Clip, Layout, Portrait, Recording, Scene

Played = Clip | Scene


@dataclass(frozen=True)
class Part:
    """What one person does in `clip`; `scene` is the first scene of it, in which everything of theirs stands but the
    words.

    `shown_sha256`: what the person has to agree to as “this photo”. `words_asked`: the words as consent is given to
    them. `beside`: who else is in the clip.
    """

    clip: Clip
    scene: Played
    shown_sha256: str
    words_asked: str
    beside: tuple[Portrait, ...] = ()

    @property
    def portrait(self) -> Portrait:
        return self.scene.portrait

    @property
    def subject(self) -> Subject:
        return self.scene.portrait.subject

    @property
    def voice(self) -> str:
        return self.scene.voice

    @property
    def recording(self) -> Recording | None:
        return self.scene.recording

    @property
    def recording_sha256(self) -> str:
        return self.scene.recording.sha256 if self.scene.recording else ""

    @property
    def together_with(self) -> Portrait | None:
        """Who stands beside them in the same picture."""
        return self.beside[0] if self.clip.layout == Layout.TOGETHER and self.beside else None


def parts_of(clip: Clip) -> tuple[Part, ...]:
    """The parts of a clip, in the order in which they begin."""
    scenes = clip.scenes
    parts: dict[tuple[object, ...], list[Played]] = {}
    for scene in scenes:
        parts.setdefault((scene.portrait_id, scene.voice, scene.recording_id), []).append(scene)
    return tuple(_part(clip, scenes, own) for own in parts.values())


def portraits_in(clip: Clip) -> tuple[Portrait, ...]:
    """The portraits that a clip shows, each once."""
    return tuple({scene.portrait_id: scene.portrait for scene in clip.scenes}.values())


def subject_ids(clip: Clip) -> tuple[str, ...]:
    """Whom a clip shows, each once."""
    return tuple(dict.fromkeys(portrait.subject_id for portrait in portraits_in(clip)))


def words_alone(scene: Played) -> str:
    """What one scene says, with how it is said where that is not as it is written."""
    return _with_notes(scene.words, ("Said", scene.said_otherwise))


def _part(clip: Clip, scenes: tuple[Played, ...], own: list[Played]) -> Part:
    portrait = own[0].portrait
    others = {scene.portrait_id: scene.portrait for scene in scenes if scene.portrait.subject_id != portrait.subject_id}
    beside = tuple(others.values())
    together = clip.layout == Layout.TOGETHER
    if together and not beside:  # two pictures of one person
        beside = tuple({s.portrait_id: s.portrait for s in scenes if s.portrait_id != portrait.pk}.values())
    return Part(
        clip=clip,
        scene=own[0],
        shown_sha256=_shown_sha256(clip, portrait, beside if together else ()),
        words_asked=_words_asked(clip, scenes, own),
        beside=beside,
    )


def _words_asked(clip: Clip, scenes: tuple[Played, ...], own: list[Played]) -> str:
    """The words as consent is given to them: among what others say, with how they are said where that is not as they
    are written, and what the cards around them say.
    """
    subject_id = own[0].portrait.subject_id
    said: list[str] = []
    for scene in scenes:
        if scene in own:
            said.append(scene.words)
        elif scene.portrait.subject_id != subject_id and not own[0].recording:
            said.append(f"({scene.portrait.subject.name}: {scene.words or 'a recording'})")
    otherwise = ", ".join(dict.fromkeys(scene.said_otherwise for scene in own if scene.said_otherwise))
    names = [scene.portrait.subject.name for scene in scenes if scene.portrait_id != own[0].portrait_id]
    together = ", ".join(dict.fromkeys(names)) if clip.layout == Layout.TOGETHER and not own[0].recording else ""
    return _with_notes(
        "\n\n".join(said),
        ("Said", otherwise),
        ("In one picture with", together),
        ("Shown before", clip.title_card),
        ("Shown after", clip.end_card),
    )


def _with_notes(words: str, *notes: tuple[str, str]) -> str:
    return "\n\n".join([words, *(f"({what}: {text})" for what, text in notes if text)])


def _shown_sha256(clip: Clip, portrait: Portrait, beside: Iterable[Portrait]) -> str:
    """It is the photo; but before another picture, beside somebody else, with another than its main face, or with a
    face that somebody placed by hand it is a thing of its own: a yes to a photo is no yes to standing somewhere else,
    or to the neighbour's face speaking.
    """
    besides = []
    if portrait.placed is not None:
        besides.append(f"points {portrait.pk}")
    elif portrait.face_index:
        besides.append(f"face {portrait.face_index}")
    if clip.backdrop is not None:
        besides.append(f"before {clip.backdrop.sha256}")
    besides += [f"beside {other.sha256}" for other in beside]
    if not besides:
        return portrait.sha256
    return hashlib.sha256(" ".join([portrait.sha256, *besides]).encode()).hexdigest()
