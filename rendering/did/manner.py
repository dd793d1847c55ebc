"""How a talk is to be played: drivers, expressions and a voice's settings, as our styles and directions. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

DEFAULT_STYLE = "presenter"
STYLES = {
    "lively": "social",
    "natural": "presenter",
    "subtle": "neutral",
    "classics": "presenter",
    "nostalgia": "memorial",
}
_FACES = {"happy": "happy", "serious": "serious", "surprise": "surprised"}
_MOODS = {
    "cheerful": "cheerful", "excited": "excited", "friendly": "friendly", "hopeful": "warm", "sad": "sad",
    "angry": "serious", "terrified": "surprised", "unfriendly": "serious", "shouting": "energetic",
    "whispering": "whispered", "calm": "calm", "gentle": "gentle", "serious": "serious", "lyrical": "warm",
    "newscast": "serious", "chat": "friendly", "customerservice": "friendly", "empathetic": "warm",
    "affectionate": "affectionate", "assistant": "friendly",
}  # fmt: skip
_RATES = {"x-slow": 0.6, "slow": 0.8, "medium": 1.0, "default": 1.0, "fast": 1.2, "x-fast": 1.5}


def style_of(driver_url: str, *, silent: bool = False) -> str:
    """The style for a driver such as bank://lively/driver-05; an address of a film counts as none."""
    if silent:
        return "living-portrait"
    match = re.match(r"bank://([a-z]+)", driver_url.strip().lower())
    return STYLES.get(match[1], DEFAULT_STYLE) if match else DEFAULT_STYLE


def direction_of(expressions: Sequence[Mapping[str, Any]], voice_config: Mapping[str, Any]) -> str:
    """Expressions and a voice's settings in words that a direction understands; "" for nothing out of the ordinary.

    Expressions have frames; a direction holds for the whole clip: the one that lasts longest is taken.
    """
    words = [_expression(expressions), _MOODS.get(str(voice_config.get("style", "")).casefold().replace("-", ""), "")]
    pace = rate_of(str(voice_config.get("rate", "")))
    if pace < 0.95:
        words.append("slow")
    elif pace > 1.05:
        words.append("fast")
    return ", ".join(dict.fromkeys(word for word in words if word))


def _expression(expressions: Sequence[Mapping[str, Any]]) -> str:
    """The expression that lasts longest; the last one goes on to the end, which is far away."""
    if not expressions:
        return ""
    ordered = sorted(expressions, key=lambda each: float(each["start_frame"]))
    ends = [float(each["start_frame"]) for each in ordered[1:]] + [float("inf")]
    lasting = [
        (end - float(each["start_frame"]), each) for each, end in zip(ordered, ends, strict=True) if _weight(each) > 0
    ]
    if not lasting:
        return ""
    longest = max(lasting, key=lambda each: each[0])[1]
    word = _FACES.get(str(longest["expression"]), "")
    return f"slightly {word}" if word and _weight(longest) < 0.5 else word


def _weight(expression: Mapping[str, Any]) -> float:
    return float(expression.get("intensity", 1.0))


def rate_of(text: str) -> float:
    """A rate as SSML writes it: a name, a factor or a percentage; 1 for anything else."""
    said = text.strip().lower()
    if said in _RATES:
        return _RATES[said]
    match = re.fullmatch(r"([+-]?\d+(?:\.\d+)?)(%?)", said)
    if not match:
        return 1.0
    value = float(match[1])
    if match[2]:
        return 1 + value / 100 if said[0] in "+-" else value / 100
    return value if value > 0 else 1.0
