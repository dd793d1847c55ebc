"""What is wanted of a clip's further scenes, and whether it can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import Organization
from consent.facts import CLONE_PREFIX, clone_voice
from projects.models import LONGEST_FADE, MOST_SCENES, RECORDING_VOICE, Clip, Ground, Layout, Portrait, Recording


@dataclass(frozen=True)
class SceneWish:
    """A scene: who is shown, what is said in which voice, or a recording, and how. `fade`: seconds in which the scene
    before passes over into it, 0 for a cut; of a clip's first scene it means nothing.
    """

    portrait: Portrait
    words: str = ""
    recording: Recording | None = None
    voice: str = "heart"
    style: str = "neutral"
    direction: str = ""
    fade: float = 0.0


def wishes_of(clip: Clip) -> list[SceneWish]:
    """The further scenes of a clip as they were wished for: for another clip like it."""
    return [
        SceneWish(
            portrait=scene.portrait,
            words=scene.words,
            recording=scene.recording,
            voice=scene.voice,
            style=scene.style,
            direction=scene.direction,
            fade=scene.fade,
        )
        for scene in clip.later_scenes
    ]


def scene_checked(organization: Organization, wish: SceneWish) -> dict[str, Any]:
    """What the row of a scene holds, by field. Raises WordsError (words that cannot be spoken), or ValidationError by
    field.
    """
    from projects.lexicon import entries_in, lexicon_of  # noqa: PLC0415  which asks the services to insert
    from rendering.engine.motion import STYLES  # noqa: PLC0415  the engine loads its libraries

    words, voice, said, recording = wish.words, wish.voice, {}, wish.recording
    if wish.portrait.erased_at is not None:
        raise ValidationError({"portrait": "This picture was erased. Upload it again, or choose another one."})
    if recording is not None and recording.erased_at is not None:
        raise ValidationError({"recording": "This recording was erased. Upload it again, or choose another one."})
    if recording is not None and words.strip():
        raise ValidationError({"words": "Give words or a recording, not both."})
    if recording is not None:
        words, voice = "", RECORDING_VOICE
    else:
        if voice.startswith(CLONE_PREFIX) and voice != clone_voice(wish.portrait.subject_id):
            raise ValidationError({"voice": "This is a copy of somebody else’s voice. It speaks for them alone."})
        said = entries_in(words, lexicon_of(organization))
        words = _spoken(words, voice, said)
    if wish.style not in STYLES:
        raise ValidationError({"style": f"There is no style “{wish.style}”. Choose one of: {', '.join(STYLES)}."})
    return {
        "portrait": wish.portrait,
        "words": words,
        "recording": recording,
        "voice": voice,
        "lexicon": said,
        "style": wish.style,
        "direction": " ".join(wish.direction.split()),
    }


def further_checked(
    organization: Organization,
    first: SceneWish,
    wishes: Sequence[SceneWish],
    *,
    layout: str,
    background: str,
    head: bool,
) -> list[dict[str, Any]]:
    """The rows of the scenes after the first one, by field. Raises ValidationError: a field of a scene is called
    "scenes.0.words".
    """
    from rendering.engine.errors import WordsError  # noqa: PLC0415

    if layout not in Layout.values:
        raise ValidationError({"layout": f"Choose one of: {', '.join(Layout.values)}."})
    if len(wishes) >= MOST_SCENES:
        raise ValidationError({"scenes": f"A clip has at most {MOST_SCENES} scenes. Make a second clip of the rest."})
    if wishes and background == Ground.REMOVE:
        raise ValidationError({"background": "A clip without a background has one scene. Choose another background."})
    if wishes and head:
        raise ValidationError({"head": "A talking head is made of one scene."})
    rows = []
    for index, wish in enumerate(wishes):
        try:
            if wish.portrait.project_id != first.portrait.project_id:
                raise ValidationError({"portrait": "All pictures of a clip lie in one project."})
            if not 0 <= wish.fade <= LONGEST_FADE:
                raise ValidationError({"fade": f"A cross-fade takes at most {LONGEST_FADE} seconds; 0 is a cut."})
            rows.append(scene_checked(organization, wish) | {"place": index + 1, "fade": wish.fade})
        except WordsError as error:
            raise ValidationError({f"scenes.{index}.words": f"{error.message} {error.advice}"}) from error
        except ValidationError as error:
            told = {f"scenes.{index}.{name}": texts for name, texts in error.message_dict.items()}
            raise ValidationError(told) from error
    if layout == Layout.TOGETHER:
        _check_together([first, *wishes])
    return rows


def _check_together(scenes: list[SceneWish]) -> None:
    """Raises ValidationError where these scenes cannot be played by two in one picture."""
    manners: dict[str, set[tuple[str, str]]] = {}
    for scene in scenes:
        manners.setdefault(scene.portrait.pk, set()).add((scene.style, " ".join(scene.direction.split())))
    if len(manners) != 2:
        raise ValidationError({"layout": "In one picture stand two portraits, and each of them speaks."})
    if any(len(manner) > 1 for manner in manners.values()):
        raise ValidationError({"layout": "In one picture each keeps one style and one direction throughout."})
    for index, scene in enumerate(scenes[1:]):
        if scene.fade:
            raise ValidationError({f"scenes.{index}.fade": "In one picture there is nothing to fade from or to."})


def _spoken(words: str, voice: str, lexicon: dict[str, str]) -> str:
    """The words as the voice gets them. Raises WordsError, or ValidationError for an unknown voice."""
    from rendering.engine.errors import WordsError  # noqa: PLC0415
    from rendering.engine.speech import check_words  # noqa: PLC0415

    try:
        return check_words(words, voice=voice, lexicon=lexicon)
    except WordsError as error:
        if error.code in {"voice-unknown", "voice-not-installed"}:
            raise ValidationError({"voice": f"{error.message} {error.advice}"}) from error
        raise
