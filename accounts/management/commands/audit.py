"""manage.py audit: verify the ledgers' chains, or write one out."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.audit import audit_faults, export_lines
from accounts.models import Organization


class Command(BaseCommand):
    help = "Verifies the hash chains of the audit ledgers (exit code 1 where one is broken), or exports one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("do", choices=("verify", "export"))
        parser.add_argument("--organization", metavar="ID", help="only this one; needed for an export")
        parser.add_argument("--as", dest="kind", choices=("jsonl", "csv"), default="jsonl")

    def handle(self, *args: Any, **options: Any) -> None:
        organizations = Organization.objects.order_by("pk")
        if options["organization"]:
            organizations = organizations.filter(pk=options["organization"])
            if not organizations.exists():
                raise CommandError(f"There is no organisation {options['organization']}.")
        if options["do"] == "export":
            if not options["organization"]:
                raise CommandError("Say whose ledger: --organization org_…")
            for line in export_lines(organizations.get(), kind=options["kind"]):
                self.stdout.write(line, ending="")
            return
        broken = 0
        for organization in organizations.iterator():
            for fault in audit_faults(organization):
                self.stdout.write(f"{organization.pk} {fault}")
                broken += 1
        self.stdout.write(f"{organizations.count()} ledgers verified, {broken} faults.")
        if broken:
            sys.exit(1)
