"""The words that a direction may use: what they move, by how much, and those that say nothing by themselves."""

from dataclasses import dataclass
from typing import TypeVar


@dataclass(frozen=True)
class Meaning:
    """What a word asks for.

    `setting` is how it is shown back to the user. `scales` are Style fields multiplied by the degree; `sets` are
    fields set to a value times the degree; `steady` are factors that no degree changes. `mood`: stands for itself
    ("lively") and is shown as the setting's value.
    """

    setting: str
    scales: tuple[str, ...] = ()
    sets: tuple[tuple[str, float], ...] = ()
    steady: tuple[tuple[str, float], ...] = ()
    mood: str = ""


HEAD = ("head_yaw", "head_pitch", "head_roll", "nods")
MOTION = (*HEAD, "brows", "gaze")

Said = TypeVar("Said")


def _words(text: str) -> list[str]:
    return text.split()


def _each(words: str, meaning: Said) -> dict[str, Said]:
    return dict.fromkeys(_words(words), meaning)


DEGREES: dict[str, float] = {
    **_each("no none without zero never dont don't not", 0.0),
    **_each("minimal minimally barely hardly tiny scarcely almost", 0.4),
    **_each("slight slightly subtle subtly faint faintly little trace hint touch bit", 0.5),
    **_each("less fewer reduced reduce limited restrained low", 0.6),
    **_each("soft softly light lightly mild mildly small", 0.6),
    **_each("gentle gently slow slowly quiet quietly calm calmly still steady steadily", 0.7),
    **_each("moderate moderately natural naturally normal medium some usual", 1.0),
    **_each("lively more marked frequent extra active animated energetic vivid", 1.35),
    **_each("strong strongly big wide broad bright large lots much full great beaming", 1.6),
}
"""How much. 1 is what the word asks for by itself; 0 takes it away."""

NEGATIVES = frozenset(word for word, degree in DEGREES.items() if degree == 0)

INTENSIFIERS = frozenset(_words("very really so extremely quite particularly especially"))
"""Drive a degree away from 1: "very slight" is less than "slight", "very lively" more than "lively"."""


SUBJECTS: dict[str, Meaning] = {
    **_each("smile smiles smiling grin grinning", Meaning("smile", sets=(("smile", 0.34),))),
    **_each(
        "serious seriousness earnest stern grave formal severe",
        Meaning("expression", sets=(("serious", 0.45),), steady=(("smile", 0.25),), mood="serious"),
    ),
    **_each(
        "sad sadness sorrow sorrowful mournful melancholy grieving",
        Meaning("expression", sets=(("sad", 0.5),), steady=(("smile", 0.0),), mood="sad"),
    ),
    **_each(
        "surprise surprised astonished amazed wonder",
        Meaning("expression", sets=(("surprise", 0.5),), mood="surprised"),
    ),
    **_each("happy happily joyful cheerful glad merry", Meaning("expression", sets=(("smile", 0.42),), mood="happy")),
    **_each("turn turns turning yaw", Meaning("head turn", scales=("head_yaw",))),
    **_each("nod nods nodding", Meaning("nods", scales=("nods", "head_pitch"))),
    **_each("tilt tilts tilting", Meaning("head tilt", scales=("head_roll",))),
    **_each("head", Meaning("head", scales=HEAD)),
    **_each(
        "motion motions movement movements moving move gesture gestures animation", Meaning("motion", scales=MOTION)
    ),
    **_each("blink blinks blinking", Meaning("blinks", scales=("blinks_per_minute",))),
    **_each("gaze glance glances glancing", Meaning("glances", scales=("gaze", "gaze_away"))),
    **_each("eyecontact", Meaning("eye contact", steady=(("gaze", 0.5), ("gaze_away", 0.4)))),
    **_each("brow brows eyebrow eyebrows", Meaning("brows", scales=("brows",))),
    **_each("breath breathing breathe breathes", Meaning("breath", scales=("breath_depth",))),
    **_each("lips lip articulation mouth pronunciation", Meaning("lips", scales=("lips", "jaw"))),
    **_each("jaw", Meaning("jaw", scales=("jaw",))),
    **_each("energy", Meaning("tone", scales=(*MOTION, "breath_depth"))),
}
"""What there is to direct."""

MOODS: dict[str, Meaning] = {
    **_each(
        "warm warmly warmth tender tenderly kind kindly friendly loving affectionate",
        Meaning("tone", sets=(("smile", 0.22),), steady=(("speech_rate", 0.97),), mood="warm"),
    ),
    **_each(
        "solemn solemnly dignified respectful reverent",
        Meaning("tone", sets=(("serious", 0.25),), steady=(("smile", 0.3), ("speech_rate", 0.94)), mood="solemn"),
    ),
    **_each(
        "quiet quietly calm calmly still steady peaceful relaxed serene gentle gently soft softly subdued restrained",
        Meaning("tone", steady=(*((field, 0.7) for field in MOTION), ("speech_rate", 0.97)), mood="calm"),
    ),
    **_each(
        "lively energetic animated dynamic enthusiastic excited upbeat vivid expressive active",
        Meaning("tone", steady=(*((field, 1.3) for field in MOTION), ("speech_rate", 1.04)), mood="lively"),
    ),
    **_each("slow slowly unhurried", Meaning("pace", steady=(("speech_rate", 0.9),), mood="slow")),
    **_each("fast quick quickly brisk", Meaning("pace", steady=(("speech_rate", 1.1),), mood="fast")),
    **_each("mumble mumbling mumbled", Meaning("lips", steady=(("jaw", 0.7), ("lips", 0.75)), mood="mumbled")),
    **_each("clear clearly articulate", Meaning("lips", steady=(("jaw", 1.05), ("lips", 1.2)), mood="clear")),
    **_each("whisper whispering whispered", Meaning("lips", steady=(("jaw", 0.75),), mood="whispered")),
}
"""Words that are a manner by themselves. Some are a degree when something to direct stands beside them."""

PHRASES: dict[str, str] = {
    "eye contact": "eyecontact",
    "look away": "glance",
    "looking away": "glancing",
    "looks away": "glances",
    "living portrait": "living-portrait",
    "not too much": "slight",
    "not too": "gentle",
    "not very": "gentle",
    "not much": "slight",
    "a lot of": "lots",
    "do not": "no",
    "does not": "no",
    "head turn": "turn",
    "head turns": "turns",
    "head tilt": "tilt",
    "head tilts": "tilts",
    "head nod": "nod",
    "head nods": "nods",
    "head movement": "head",
    "head movements": "head",
    "head motion": "head",
}
"""Words that mean something else together."""

FILLERS = frozenset(
    _words(
        "a an the of in to at on as if is are be it its and or with for from by her him his their them they she he you "
        "your this that please keep keeps make makes let give add show have has use using only just like way feel "
        "feeling look looks looking speak speaks speaking talk talks talking style expression face eyes eye pace speed "
        "rate kind sort portrait video clip camera viewer throughout while when but tone voice mood delivery manner"
    )
)
"""Understood to say nothing by themselves."""
