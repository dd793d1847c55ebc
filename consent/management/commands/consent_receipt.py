"""`manage.py consent_receipt verify FILE`: whether a receipt is what this site gave."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from consent.models import ConsentEvent
from consent.signing import check_receipt, events_in


class Command(BaseCommand):
    help = "Checks a receipt's signature and hashes, and its events against the ledger. Exit code 1: it is not good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["verify"])
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        checked = check_receipt(content, keys=Path(settings.LIKENESS_KEYS_DIR))
        if checked.record_id:
            self.stdout.write(f"receipt {checked.record_id}, signed {checked.signed_at}, {checked.events} events")
            whose = "this installation's key" if checked.ours else "a key that is not this installation's"
            self.stdout.write(f"signed with {whose}: {checked.fingerprint}")
        problems = list(checked.problems)
        if checked.record_id:
            known = dict(
                ConsentEvent.objects.filter(pk__in=[event["id"] for event in events_in(content)]).values_list(
                    "pk", "hash"
                )
            )
            problems += [
                f"Event {event['id']} is not in the ledger here, or another one is."
                for event in events_in(content)
                if known.get(event["id"]) != event["hash"]
            ]
        if not checked.ours and checked.record_id:
            problems.append("This installation did not sign it.")
        for problem in problems:
            self.stdout.write(problem)
        self.stdout.write("not good" if problems else "good")
        if problems:
            sys.exit(1)
