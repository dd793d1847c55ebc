"""manage.py sweep: delete what is over its date, and compare storage and database."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from projects.retention.closing import closings_run
from projects.retention.sweep import sweep


class Command(BaseCommand):
    help = "Deletes what is over its date, with a certificate for each thing; safe to stop and to run again."
    requires_system_checks = ()  # they load the pages, and with them the engine

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be deleted, and delete nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        dry_run = options["dry_run"]
        if not dry_run and (closed := closings_run()):
            self.stdout.write(f"{closed} organisations closed.")
        report = sweep(dry_run=dry_run)
        if dry_run:
            for data_class, object_id in report.things:
                self.stdout.write(f"{data_class}\t{object_id}")
            self.stdout.write(f"{len(report.things)} would be deleted, and {len(report.orphans)} orphaned files.")
        else:
            self.stdout.write(
                f"{report.erased} deleted, {report.held} under legal hold, {report.failed} failed, "
                f"{report.purged} short-lived rows purged, {len(report.orphans)} orphaned files removed."
            )
        for key in report.missing:
            self.stderr.write(f"A row names a file that is not in the storage: {key}")
