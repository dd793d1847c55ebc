"""manage.py retention_table: classes × kinds of organisation, as docs/retention.md shows them."""

from typing import Any

from django.core.management.base import BaseCommand

from projects.retention.classes import table


class Command(BaseCommand):
    help = "Prints how long each class of data is kept by default, as a Markdown table."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(table(), ending="")
