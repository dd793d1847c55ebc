"""Marks in the text that say how it is spoken: a few simple ones, and the usual subset of SSML.

`[pause]`, `[pause 1.5s]`, `*stress*`, `**strong stress**`; `<break time="500ms"/>`, `<break strength="strong"/>`,
`<emphasis level="…">`, `<prosody rate="…" pitch="…" volume="…">`, `<say-as interpret-as="…">`, `<sub alias="…">`,
`<phoneme ph="…">`, `<p>`, `<s>`, all with or without `<speak>` around (SSML 1.1, W3C 2010).
"""

import html
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from rendering.engine.errors import WordsError
from rendering.engine.speech.speaker import PLAIN, Manner

LONGEST_PAUSE = 10.0  # s
_PAUSE, _SEMITONES = 0.7, 6.0  # s of a [pause]; how far a pitch may go and still be the same voice
_STRENGTHS = {"none": 0.0, "x-weak": 0.1, "weak": 0.2, "medium": 0.4, "strong": 0.7, "x-strong": 1.2}
_RATES = {"x-slow": 0.6, "slow": 0.8, "medium": 1.0, "default": 1.0, "fast": 1.25, "x-fast": 1.5}
_PITCHES = {"x-low": -4.0, "low": -2.0, "medium": 0.0, "default": 0.0, "high": 2.0, "x-high": 4.0}
_VOLUMES = {"silent": -60.0, "x-soft": -9.0, "soft": -5.0, "medium": 0.0, "default": 0.0, "loud": 3.0, "x-loud": 5.0}
_LEVELS = ("none", "reduced", "moderate", "strong")
KINDS = ("characters", "spell-out", "digits", "telephone", "cardinal", "number", "ordinal", "date", "time", "currency",
         "fraction", "unit", "verbatim", "expletive")  # fmt: skip
_NAMES = "speak|break|emphasis|prosody|say-as|sub|phoneme|p|s"
_MARK = re.compile(
    rf"<(?P<close>/?)(?P<name>{_NAMES})(?P<attributes>(?:\s[^<>]*?)?)(?P<empty>/?)>"
    r"|\[pause(?:\s+(?P<length>[^\]\n]*))?\]"
    r"|(?<![\w*])(?P<stars>\*{1,2})(?=[^\s*])(?P<stressed>[^*\n<>\[\]]*?[^\s*<>\[\]])(?P=stars)(?![\w*])"
)
_ATTRIBUTE = re.compile(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|“([^”]*)”)""")
_OTHER_TAG = re.compile(r"</?([a-z][\w:-]*)[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Span:
    """Characters `start`..`end` of the plain text, and how they are said: `said` instead of what is written, `kind` of
    say-as, `phonemes` in IPA.
    """

    start: int
    end: int
    manner: Manner = PLAIN
    said: str | None = None
    kind: str = ""
    phonemes: str = ""


@dataclass(frozen=True)
class Marked:
    """Text without its marks; `spans` in order, later ones inside of earlier ones; `pauses`: (place, s)."""

    text: str
    spans: tuple[Span, ...] = ()
    pauses: tuple[tuple[int, float], ...] = ()

    def manner_at(self, place: int) -> Manner:
        """All that holds at the character `place`."""
        manner = PLAIN
        for span in self.spans:
            if span.start <= place < span.end:
                inner = span.manner
                emphasis = inner.emphasis if inner.emphasis != "none" else manner.emphasis
                manner = Manner(
                    manner.rate * inner.rate, manner.pitch + inner.pitch, manner.gain_db + inner.gain_db, emphasis
                )
        rate, pitch = min(max(manner.rate, 0.5), 2.0), min(max(manner.pitch, -_SEMITONES), _SEMITONES)
        return replace(manner, rate=rate, pitch=pitch)


def read_markup(text: str) -> Marked:  # noqa: PLR0912 -- one branch a kind of mark
    """`text` taken apart. Raises WordsError("markup-wrong") for a mark that is not understood, not closed or crosses
    another.
    """
    if re.search(r"<speak[\s>]", text):
        _refuse_other_tags(text)
        text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
        unescape: Callable[[str], str] = html.unescape
    else:
        unescape = str
    plain, spans, pauses = "", [], []
    opened: list[tuple[str, int]] = []  # name, index of its span
    for kind, piece in _pieces(text):
        if kind is None:
            plain += unescape(piece)
            continue
        name = kind.group("name")
        if kind.group("stars"):
            level = "strong" if len(kind.group("stars")) == 2 else "moderate"
            start = len(plain)
            plain += unescape(kind.group("stressed"))
            spans.append(Span(start, len(plain), Manner(emphasis=level)))
        elif name is None:
            length = (kind.group("length") or "").strip()
            pauses.append((len(plain), _seconds(length, kind.group()) if length else _PAUSE))
        elif name == "break":
            if not kind.group("close"):
                pauses.append((len(plain), _break(_attributes(kind), kind.group())))
        elif kind.group("close"):
            if not opened or opened[-1][0] != name:
                raise _wrong(kind.group(), "closes what is not open")
            _, index = opened.pop()
            spans[index] = replace(spans[index], end=len(plain))
            if name in {"p", "s"}:
                plain += "\n\n" if name == "p" else "\n"
        elif not kind.group("empty"):
            opened.append((name, len(spans)))
            spans.append(_span(name, _attributes(kind), len(plain), kind.group()))
    if opened:
        raise _wrong(f"<{opened[-1][0]}>", "is not closed")
    return Marked(plain, tuple(spans), tuple(pauses))


def _pieces(text: str) -> Iterator[tuple[re.Match[str] | None, str]]:
    place = 0
    for match in _MARK.finditer(text):
        yield None, text[place : match.start()]
        yield match, match.group()
        place = match.end()
    yield None, text[place:]


def _refuse_other_tags(text: str) -> None:
    known = set(_NAMES.split("|"))
    for match in _OTHER_TAG.finditer(text):
        if match.group(1) not in known:
            raise _wrong(match.group(), f"is not among the tags that are understood ({', '.join(sorted(known))})")


def _attributes(match: re.Match[str]) -> dict[str, str]:
    found = _ATTRIBUTE.findall(match.group("attributes"))
    return {name: html.unescape(next(filter(None, values), "")) for name, *values in found}


def _span(name: str, attributes: dict[str, str], start: int, tag: str) -> Span:
    span = Span(start, start)
    match name:
        case "emphasis":
            level = attributes.get("level", "moderate")
            if level not in _LEVELS:
                raise _wrong(tag, f"has a level other than {', '.join(_LEVELS)}")
            return replace(span, manner=Manner(emphasis=level))
        case "prosody":
            return replace(span, manner=_prosody(attributes, tag))
        case "sub":
            if not attributes.get("alias", "").strip():
                raise _wrong(tag, 'does not say what is spoken: it needs alias="…"')
            return replace(span, said=attributes["alias"])
        case "say-as":
            kind = attributes.get("interpret-as", "")
            if kind not in KINDS:
                raise _wrong(tag, f"needs interpret-as with one of: {', '.join(KINDS)}")
            return replace(span, kind=kind)
        case "phoneme":
            if attributes.get("alphabet", "ipa") != "ipa" or not attributes.get("ph", "").strip():
                raise _wrong(tag, 'needs ph="…" in IPA')
            return replace(span, phonemes=attributes["ph"].strip())
    return span


def _prosody(attributes: dict[str, str], tag: str) -> Manner:
    rate, pitch, volume = (attributes.get(name, "medium").strip() for name in ("rate", "pitch", "volume"))
    return Manner(
        rate=_RATES[rate] if rate in _RATES else _number(rate, "%", tag) / 100,
        pitch=_PITCHES[pitch] if pitch in _PITCHES else _semitones(pitch, tag),
        gain_db=_VOLUMES[volume] if volume in _VOLUMES else _number(volume, "dB", tag),
    )


def _semitones(pitch: str, tag: str) -> float:
    if pitch.endswith("%"):
        return 12 * math.log2(max(1 + _number(pitch, "%", tag) / 100, 0.5))
    return _number(pitch, "st", tag)


def _number(value: str, unit: str, tag: str) -> float:
    match = re.fullmatch(rf"([+-]?\d+(?:\.\d+)?)\s*{unit}", value)
    if not match:
        raise _wrong(tag, f"has “{value}”, which is not understood (a number with {unit}, or a word like “slow”)")
    return float(match.group(1))


def _break(attributes: dict[str, str], tag: str) -> float:
    if "time" in attributes:
        return _seconds(attributes["time"], tag)
    strength = attributes.get("strength", "medium")
    if strength not in _STRENGTHS:
        raise _wrong(tag, f"has a strength other than {', '.join(_STRENGTHS)}")
    return _STRENGTHS[strength]


def _seconds(length: str, tag: str) -> float:
    match = re.fullmatch(r"(\d+(?:[.,]\d+)?|\.\d+)\s*(ms|s)?", length.strip())
    if not match:
        raise _wrong(tag, "needs a length like 500ms or 1.5s")
    seconds = float(match.group(1).replace(",", ".")) * (0.001 if match.group(2) == "ms" else 1)
    if seconds > LONGEST_PAUSE:
        raise _wrong(tag, f"is longer than {LONGEST_PAUSE:.0f} seconds")
    return seconds


def _wrong(mark: str, why: str) -> WordsError:
    return WordsError(
        "markup-wrong",
        f"The mark “{mark}” {why}.",
        "Correct it or take it out; docs/voices.md lists the marks.",
    )
