"""manage.py say: words to a sound file, with the times of its words and phonemes."""

import json
import wave
from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings

from rendering.engine.errors import EngineError
from rendering.engine.models import models_in
from rendering.management.terminal import BadInput, NotMade, TerminalCommand

if TYPE_CHECKING:
    from rendering.engine.speech import Speech

OURS = frozenset(
    {"model-missing", "model-changed", "voice-unsuitable", "espeak-missing", "reader-missing", "coqui-missing"}
)


class Command(TerminalCommand):
    help = (
        "Speaks TEXT into a WAV file (24 kHz mono, -16 LUFS). Exit codes: 0 said, 2 the text cannot be said, "
        "1 anything else."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("text", metavar="TEXT", help="words, with marks if you like (see docs/voices.md)")
        add("--voice", default="heart", metavar="ID", help="see manage.py voices")
        add("--out", required=True, type=Path, metavar="FILE.wav")
        add("--rate", type=float, default=1.0, help="0.5 to 2: tempo")
        add("--style", default="neutral", metavar="ID", help="whose tone: memorial, social, …")
        add(
            "--lexicon",
            type=Path,
            metavar="FILE.json",
            help='how words are said: {"Likeness": "/ˈlaɪknəs/", "SQL": "sequel"}',
        )
        add("--seed", type=int, default=0)
        add("--json", action="store_true", help="words and phonemes with their times, for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        from rendering.engine.speech import TONES, synthesise  # noqa: PLC0415  loads voices

        out: Path = options["out"]
        if not out.absolute().parent.is_dir() or out.is_dir():
            raise BadInput(f"{out} cannot be written.", "Give the name of a file in a folder that exists.")
        if options["style"] not in TONES:
            raise BadInput(f"There is no style “{options['style']}”.", f"Choose one of: {', '.join(TONES)}.")
        if not 0.5 <= options["rate"] <= 2:
            raise BadInput("The rate is a number from 0.5 (slow) to 2 (fast).")
        asked = {name: options[name] for name in ("voice", "rate", "seed")}
        try:
            with models_in(settings.LIKENESS_MODELS_DIR):
                speech = synthesise(
                    options["text"], **asked, lexicon=_lexicon(options["lexicon"]), tone=TONES[options["style"]]
                )
        except EngineError as error:
            if error.code in OURS:
                raise NotMade(str(error)) from error
            raise BadInput.of(error) from error
        write_wav(out, speech)
        if options["json"]:
            self.stdout.write(json.dumps(_told(speech, out), indent=2, ensure_ascii=False))
        else:
            self.stdout.write(f"{out}: {speech.sound.duration:.1f} s, {len(speech.words)} words")


def _lexicon(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        entries = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"The lexicon {path} cannot be read: {error}.") from error
    if not isinstance(entries, dict) or not all(isinstance(said, str) for said in entries.values()):
        raise BadInput(f"The lexicon {path} is no list of words.", 'It looks like {"SQL": "sequel"}.')
    return entries


def write_wav(path: Path, speech: "Speech") -> None:
    """16 bits, mono."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(speech.sound.rate)
        file.writeframes(np.round(speech.sound.samples * 32767).astype("<i2").tobytes())


def _told(speech: "Speech", out: Path) -> dict[str, Any]:
    return {
        "file": str(out),
        "voice": speech.voice,
        "duration": speech.sound.duration,
        "rate": speech.sound.rate,
        "words": [{"text": word.text, "start": word.start, "end": word.end} for word in speech.words],
        "phonemes": [{"symbol": p.symbol, "start": p.start, "end": p.end, "stress": p.stress} for p in speech.phonemes],
    }
