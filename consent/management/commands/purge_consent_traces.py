"""`manage.py purge_consent_traces`: to be run once a day."""

from typing import Any

from django.core.management.base import BaseCommand

from consent.services import traces_purge


class Command(BaseCommand):
    help = "Delete the network addresses and browser names of consent answers that were kept long enough."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"deleted: {traces_purge()}")
