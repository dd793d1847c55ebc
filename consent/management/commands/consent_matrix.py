"""`manage.py consent_matrix [--json]`: what the gate says, kind by kind."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from consent.matrix import as_markdown, matrix


class Command(BaseCommand):
    help = "Prints the table of subject kinds, what was said and what is allowed, as the gate decides it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = matrix()
        if options["json"]:
            self.stdout.write(json.dumps([asdict(row) for row in rows], indent=2))
        else:
            self.stdout.write(as_markdown(rows), ending="")
