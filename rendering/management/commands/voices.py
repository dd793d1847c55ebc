"""manage.py voices: every voice there is, whether it can speak here, and what it takes where it cannot."""

import dataclasses
import json
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from rendering.engine.models import models_in
from rendering.management.commands.say import write_wav
from rendering.management.terminal import BadInput, TerminalCommand

if TYPE_CHECKING:
    from rendering.engine.speech import Voice


class Command(TerminalCommand):
    help = "Lists the voices: language, accent, character, licence, and whether each can speak on this machine."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--language", default="", metavar="TAG", help="only voices of this language, such as en or pt-BR"
        )
        parser.add_argument("--installed", action="store_true", help="only voices that can speak now")
        parser.add_argument(
            "--samples", type=Path, metavar="FOLDER", help="let each that can speak say a few words there"
        )
        parser.add_argument("--json", action="store_true", help="everything, for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        from rendering.engine.speech import Entry, all_voices  # noqa: PLC0415  loads voices

        wanted = options["language"].lower()

        def is_wanted(entry: Entry) -> bool:
            language = entry.voice.language.lower()
            speaks = not wanted or language == wanted or language.startswith(f"{wanted}-")
            return speaks and (entry.installed or not options["installed"])

        with models_in(settings.LIKENESS_MODELS_DIR):
            entries = [entry for entry in all_voices() if is_wanted(entry)]
            if options["samples"]:
                self._speak([entry.voice for entry in entries if entry.installed], options["samples"])
        if options["json"]:
            self.stdout.write(json.dumps([_row(entry) for entry in entries], indent=2, ensure_ascii=False))
            return
        for entry in entries:
            voice = entry.voice
            mark = "" if entry.installed else "  (not installed)"
            about = ", ".join(filter(None, (voice.accent, voice.gender, voice.character)))
            self.stdout.write(f"{voice.id:<16} {voice.language:<8} {about}; {voice.licence}{mark}")
        for how in dict.fromkeys(entry.how for entry in entries if entry.how):
            self.stdout.write(f"To have the voices that are not installed: {how}")

    def _speak(self, voices: "Sequence[Voice]", folder: Path) -> None:
        from rendering.engine.speech import sample_words, synthesise  # noqa: PLC0415

        if not folder.is_dir():
            raise BadInput(f"There is no folder {folder}.", "Make it first.")
        for voice in voices:
            if words := sample_words(voice.language):
                write_wav(folder / f"{voice.id}.wav", synthesise(words, voice=voice.id))
                self.stderr.write(f"{voice.id} has spoken")


def _row(entry: Any) -> dict[str, Any]:
    return {**dataclasses.asdict(entry.voice), "installed": entry.installed, "how_to_install": entry.how}
