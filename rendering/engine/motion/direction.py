"""Direction in words: "soft smile, gentle head turn, warm tone" becomes a style."""

import re
from dataclasses import dataclass, replace

from rendering.engine.motion.lexicon import DEGREES, FILLERS, INTENSIFIERS, MOODS, NEGATIVES, PHRASES, SUBJECTS, Meaning
from rendering.engine.motion.styles import STYLES, Style

_CLAUSE = re.compile(r"[,;.!?()\n/&+]|\b(?:and|but|with|plus|then)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['\-][^\W\d_]+)*|\d+")

# However often a direction asks for less or more, a style's number is multiplied by no less and no more than this.
# Only "no" takes all away. Lips keep their shapes, the voice its pace.
_BOUNDS = {"jaw": (0.7, 1.2), "lips": (0.7, 1.3), "speech_rate": (0.85, 1.15), "blinks_per_minute": (0.5, 1.3)}
_OTHER_BOUNDS = (0.3, 1.7)
_SET_MOST = 0.7  # of an expression's weight
_ADOPTED = (
    "head_yaw", "head_pitch", "head_roll", "nods", "brows", "gaze", "gaze_away", "blinks_per_minute",
    "smile", "serious", "sad", "surprise", "breaths_per_minute", "breath_depth", "speech_rate",
)  # fmt: skip


@dataclass(frozen=True)
class Direction:
    """What a direction became. `style` to perform with; `understood`: settings to show the user ("smile: soft"), in the
    order they were read; `unknown`: the words that meant nothing here, as they were written."""

    style: Style
    understood: tuple[str, ...]
    unknown: tuple[str, ...]


class _Reading:
    """Where the reading of a text has got to."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.factors: dict[str, float] = {}
        self.at_least: dict[str, float] = {}
        self.exact: dict[str, float] = {}
        self.understood: list[str] = []
        self.unknown: list[str] = []

    def take(self, word: str, meaning: Meaning, degrees: list[str]) -> None:
        degree = _degree(degrees)
        if degree == 0 and not meaning.scales and not meaning.sets:
            self.unknown.append(f"{degrees[0]} {word}")
            return
        for field in meaning.scales:
            self._scale(field, degree)
        for field, value in meaning.sets:
            if degree < 1 and word in SUBJECTS:
                self.exact[field] = value * degree
            else:
                self.at_least[field] = max(value * degree, self.at_least.get(field, 0.0))
        # "no sadness" does not ask for less of a smile
        for field, factor in meaning.steady if degree else ():
            self._scale(field, factor)
        shown = "no" if degree == 0 else " ".join(degrees)
        self._note(meaning.setting, f"{shown} {meaning.mood}".strip() or ("yes" if meaning.sets else "usual"))

    def adopt(self, style: Style) -> None:
        self.style = replace(self.style, **{field: getattr(style, field) for field in _ADOPTED})
        self._note("tone", style.title.lower())

    def result(self) -> Direction:
        numbers = {
            field: max(min(value, _SET_MOST), getattr(self.style, field)) for field, value in self.at_least.items()
        } | self.exact
        for field, factor in self.factors.items():
            least, most = _BOUNDS.get(field, _OTHER_BOUNDS)
            base = numbers.get(field, getattr(self.style, field))
            numbers[field] = base * (0.0 if factor == 0 else min(max(factor, least), most))
        style = replace(self.style, **numbers)
        return Direction(style, tuple(self.understood), tuple(dict.fromkeys(self.unknown)))

    def _scale(self, field: str, factor: float) -> None:
        """Two words for the same thing do not add up to twice the effect; one for less and one for more meet in
        between.
        """
        known = self.factors.get(field, 1.0)
        if factor < 1 and known < 1:
            self.factors[field] = min(known, factor)
        elif factor > 1 and known > 1:
            self.factors[field] = max(known, factor)
        else:
            self.factors[field] = known * factor

    def _note(self, setting: str, value: str) -> None:
        said_before = any(note.startswith(f"{setting}: ") for note in self.understood)
        note = f"{setting}: {value}"
        if note not in self.understood and not (said_before and value == "usual"):
            self.understood.append(note)


def read_direction(text: str, style: Style) -> Direction:
    """What `text` (English, free) asks of `style`. Never raises: what it cannot read it names in `.unknown`.

    A degree ("soft", "slight", "lively", "no") belongs to what follows it, or to what stands before it at the end of
    a clause ("keep motion minimal"); without one a word asks for its usual measure. The name of a style lends its
    motion and expression ("memorial tone").
    """
    reading = _Reading(style)
    for clause in _CLAUSE.split(_joined(text)):
        _read_clause(_WORD.findall(clause), reading)
    return reading.result()


def _joined(text: str) -> str:
    text = text.replace("’", "'")
    for phrase in sorted(PHRASES, key=len, reverse=True):
        text = re.sub(rf"\b{phrase}\b", PHRASES[phrase], text, flags=re.IGNORECASE)
    return text


def _read_clause(words: list[str], reading: _Reading) -> None:
    lowered = [word.lower() for word in words]
    subjects = [index for index, word in enumerate(lowered) if word in SUBJECTS]
    degrees: list[str] = []
    denied: list[str] = []
    waiting: str | None = None  # a subject without a degree before it: one may still follow
    for index, word in enumerate(lowered):
        subject_near = waiting is not None or any(place > index for place in subjects)
        if word in INTENSIFIERS or (word in DEGREES and (subject_near or word not in MOODS)):
            degrees.append(word)
        elif word in SUBJECTS:
            if waiting:
                reading.take(waiting, SUBJECTS[waiting], [])
                waiting = None
            if degrees or SUBJECTS[word].mood:
                reading.take(word, SUBJECTS[word], degrees)
                denied, degrees = [each for each in degrees if each in NEGATIVES], []
            else:
                waiting = word
        elif word in MOODS:
            reading.take(word, MOODS[word], degrees)
            degrees = []
        elif word in STYLES:
            reading.adopt(STYLES[word])
        elif word in ("or", "nor"):
            degrees = degrees or denied  # "no nodding or blinking"
        elif word not in FILLERS:
            reading.unknown.append(words[index])
    if waiting:
        reading.take(waiting, SUBJECTS[waiting], degrees)
    else:
        reading.unknown += degrees


def _degree(words: list[str]) -> float:
    """The one number of several degrees: the least of those that take away, else the most of those that add."""
    degrees = [DEGREES[word] for word in words if word in DEGREES]
    degree = min(degrees) if any(each < 1 for each in degrees) else max(degrees, default=1.0)
    intensified = sum(word in INTENSIFIERS for word in words)
    return float((degree if degrees or not intensified else DEGREES["more"]) ** (1 + 0.5 * min(intensified, 3)))
