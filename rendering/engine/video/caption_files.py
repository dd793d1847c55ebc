"""Captions as the text files that players and platforms take: SubRip and WebVTT."""

from collections.abc import Sequence
from pathlib import Path

from rendering.engine.video.captions import Caption


def write_srt(path: Path, captions: Sequence[Caption]) -> None:
    """Write the captions to `path` as a SubRip file (UTF-8). Who speaks is named where somebody begins."""
    before = ("", *(caption.speaker for caption in captions))
    cues = (
        f"{number}\n{_clock(caption.start, ',')} --> {_clock(caption.end, ',')}\n"
        f"{f'{caption.speaker}: ' if caption.speaker not in ('', last) else ''}{caption.text}\n"
        for number, (caption, last) in enumerate(zip(captions, before, strict=False), 1)
    )
    path.write_text("\n".join(cues), encoding="utf-8")


def write_vtt(path: Path, captions: Sequence[Caption]) -> None:
    """Write the captions to `path` as a WebVTT file (UTF-8). Who speaks is named by a voice tag, which players do not
    show by themselves.
    """
    cues = (
        f"{_clock(caption.start, '.')} --> {_clock(caption.end, '.')}\n{_voice(caption)}{_escaped(caption.text)}\n"
        for caption in captions
    )
    path.write_text("\n".join(("WEBVTT\n", *cues)), encoding="utf-8")


def _voice(caption: Caption) -> str:
    return f"<v {_escaped(caption.speaker)}>" if caption.speaker else ""


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(seconds: float, point: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{point}{rest % 1000:03}"
