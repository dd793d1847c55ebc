"""What clients send, made into values: strings for numbers and truths, empty for absent. Pure.

Fields that are not known are passed over: clients send more than any one version of the interface names.
"""

from dataclasses import dataclass, field
from typing import Any

from rendering.did.errors import DidError

MOST_CHARACTERS = 40_000
_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off", "", "null", "none"})


@dataclass(frozen=True)
class TalkWanted:
    """What was asked for, as plain values."""

    source_url: str
    words: str = ""
    ssml: bool = False
    audio_url: str = ""
    voice_id: str = ""
    provider: str = "microsoft"
    language: str = ""
    voice_config: dict[str, Any] = field(default_factory=dict)
    expressions: tuple[dict[str, Any], ...] = ()
    subtitles: bool = False
    stitch: bool = False
    driver_url: str = ""
    name: str = ""
    user_data: str = ""
    webhook: str = ""
    config: dict[str, Any] = field(default_factory=dict)
    unused: tuple[str, ...] = ()


def bad(description: str, **details: Any) -> DidError:
    return DidError("BadRequestError", description, details)


def truth(value: Any, name: str) -> bool:
    """A truth, also one that came as a string."""
    if isinstance(value, bool):
        return value
    said = str("" if value is None else value).strip().casefold()
    if said in _TRUE:
        return True
    if said in _FALSE:
        return False
    raise bad(f"{name} is true or false, not {str(value)[:40]!r}.")


def number(value: Any, name: str, *, least: float = 0.0, most: float = float("inf")) -> float:
    """A number, also one that came as a string."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        raise bad(f"{name} is a number, not {str(value)[:40]!r}.") from None
    if not least <= found <= most:
        raise bad(f"{name} lies from {least:g} to {most:g}.")
    return found


def text(value: Any, name: str, *, most: int = 2000) -> str:
    """A text; a number is taken as one, anything else is refused."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise bad(f"{name} is a text.")
    found = str(value)
    if len(found) > most or "\x00" in found:
        raise bad(f"{name} has at most {most} characters.")
    return found.strip()


def mapping(value: Any, name: str) -> dict[str, Any]:
    """An object; none counts as an empty one."""
    if value is None or value == "":
        return {}
    if not isinstance(value, dict):
        raise bad(f"{name} is an object.")
    return value


def talk_wanted(data: Any) -> TalkWanted:
    """The body of POST /talks. Raises DidError."""
    values = mapping(data, "The body")
    script = mapping(values.get("script"), "script")
    config = mapping(values.get("config"), "config")
    kind = text(script.get("type"), "script.type").casefold() or "text"
    if kind not in ("text", "audio"):
        raise bad("script.type is text or audio.")
    common = _common(values, config)
    subtitles = truth(script.get("subtitles"), "script.subtitles")
    if kind == "audio":
        audio_url = text(script.get("audio_url"), "script.audio_url")
        if not audio_url:
            raise bad("script.audio_url is missing.")
        return TalkWanted(**common, audio_url=audio_url, subtitles=subtitles)
    words = text(script.get("input"), "script.input", most=MOST_CHARACTERS)
    if len(words) < 3:
        raise bad("script.input has at least three characters.")
    provider = mapping(script.get("provider"), "script.provider")
    return TalkWanted(
        **common,
        words=words,
        ssml=truth(script.get("ssml"), "script.ssml"),
        subtitles=subtitles,
        provider=text(provider.get("type"), "script.provider.type") or "microsoft",
        voice_id=text(provider.get("voice_id"), "script.provider.voice_id", most=200),
        language=text(provider.get("language"), "script.provider.language", most=60),
        voice_config=mapping(provider.get("voice_config"), "script.provider.voice_config"),
    )


def animation_wanted(data: Any) -> TalkWanted:
    """The body of POST /animations. Raises DidError."""
    values = mapping(data, "The body")
    return TalkWanted(**_common(values, mapping(values.get("config"), "config")))


def _common(values: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    source_url = text(values.get("source_url"), "source_url")
    if not source_url:
        raise bad("source_url is missing: the address of a picture, or of one from POST /images.")
    webhook = text(values.get("webhook"), "webhook")
    if webhook and not webhook.startswith("https://"):
        raise bad("webhook is an address that begins with https://.")
    stated = {
        "stitch": truth(config.get("stitch"), "config.stitch"),
        "fluent": truth(config.get("fluent"), "config.fluent"),
        "pad_audio": number(config.get("pad_audio") or 0, "config.pad_audio", most=60),
        "result_format": text(config.get("result_format"), "config.result_format").casefold() or "mp4",
    }
    expressions = _expressions(config)
    if expressions:
        stated["driver_expressions"] = {"expressions": list(expressions)}
    return {
        "source_url": source_url,
        "driver_url": text(values.get("driver_url"), "driver_url", most=200),
        "name": text(values.get("name"), "name", most=200),
        "user_data": text(values.get("user_data"), "user_data", most=1000),
        "webhook": webhook,
        "stitch": stated["stitch"],
        "expressions": expressions,
        "config": stated,
        "unused": tuple(_unused(config, stated)),
    }


def _expressions(config: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    listed = mapping(config.get("driver_expressions"), "config.driver_expressions").get("expressions") or []
    if not isinstance(listed, list):
        raise bad("config.driver_expressions.expressions is a list.")
    found = []
    for each in listed[:100]:
        entry = mapping(each, "An expression")
        expression = text(entry.get("expression"), "expression").casefold()
        if expression not in ("neutral", "happy", "serious", "surprise"):
            raise bad("An expression is neutral, happy, serious or surprise.")
        found.append(
            {
                "start_frame": number(entry.get("start_frame", 0), "start_frame"),
                "expression": expression,
                "intensity": number(entry.get("intensity", 1), "intensity", most=1.0),
            }
        )
    return tuple(found)


def _unused(config: dict[str, Any], stated: dict[str, Any]) -> list[str]:
    """What is understood, and has no counterpart here; it is told with the talk."""
    unused = ["config.logo"] if config.get("logo") else []
    unused += ["config.pad_audio"] if stated["pad_audio"] else []
    unused += ["config.fluent"] if stated["fluent"] else []
    return [*unused, *(["config.result_format"] if stated["result_format"] != "mp4" else [])]
