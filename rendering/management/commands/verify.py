"""manage.py verify: what a clip says of itself."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings

from rendering.disclosure import verify
from rendering.engine.errors import EngineError
from rendering.management.terminal import BadInput, TerminalCommand


class Command(TerminalCommand):
    help = "Shows the marks and the signed credentials of a clip, ours or anybody's. Works offline."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="everything, for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        if not file.is_file():
            raise BadInput(f"There is no file {file}.", "Check the name and try again.")
        keys = settings.LIKENESS_KEYS_DIR
        try:
            verification = verify(file, keys=keys if keys.is_dir() else None)
        except EngineError as error:
            raise BadInput.of(error) from error
        if options["json"]:
            self.stdout.write(json.dumps(verification.as_dict(), indent=2, default=str))
        else:
            self.stdout.write("\n".join(verification.summary))
