"""manage.py credits: what an installation without shop grants its organisations, and whether the ledgers add up."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.billing.allowance import is_unlimited
from accounts.billing.operating import credits_give, credits_unlimited_set, ledger_faults
from accounts.models import Organization
from accounts.scopes import across_tenants
from accounts.selectors import credits_balance, credits_held


class Command(BaseCommand):
    help = "Grants seconds of video to organisations, shows what they have, and checks the ledgers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        grant = acts.add_parser("grant", help="grant seconds that do not expire")
        grant.add_argument("organization", metavar="ORG", help="its id, or its exact name")
        grant.add_argument("seconds", type=int)
        grant.add_argument("--reason", default="granted by the operator", help="its members read it")
        grant.add_argument("--once", default="", metavar="WORD", help="with the same word twice, grants once")
        unlimited = acts.add_parser("unlimited", help="let an organisation make as much as it likes")
        unlimited.add_argument("organization", metavar="ORG")
        unlimited.add_argument("state", choices=("on", "off"))
        acts.add_parser("show", help="what every organisation has")
        acts.add_parser("verify", help="add up every ledger; exit code 1 where one is wrong")

    @across_tenants("the operator grants to, and looks at, every organisation")
    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, options["act"])(options)

    def grant(self, options: dict[str, Any]) -> None:
        organization = _organization(options["organization"])
        if options["seconds"] <= 0:
            raise CommandError("Seconds are a whole number above 0.")
        credits_give(
            organization=organization, seconds=options["seconds"], reason=options["reason"], once=options["once"]
        )
        self._line(organization)

    def unlimited(self, options: dict[str, Any]) -> None:
        organization = _organization(options["organization"])
        credits_unlimited_set(organization=organization, unlimited=options["state"] == "on")
        self._line(organization)

    def show(self, options: dict[str, Any]) -> None:
        for organization in Organization.objects.order_by("name", "id"):
            self._line(organization)

    def verify(self, options: dict[str, Any]) -> None:
        faults = ledger_faults()
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write("Every ledger adds up, and none was ever below zero.")

    def _line(self, organization: Organization) -> None:
        balance = credits_balance(organization)
        limit = ", unlimited" if is_unlimited(organization) else ""
        self.stdout.write(
            f"{organization.pk}  {organization.name}: {balance.available} s available, "
            f"{credits_held(organization)} s held{limit}"
        )


def _organization(named: str) -> Organization:
    found = list(Organization.objects.filter(pk=named)) or list(Organization.objects.filter(name=named)[:2])
    if len(found) == 1:
        return found[0]
    if found:
        raise CommandError(f"Several organisations are called {named}. Give the id; `manage.py credits show` has them.")
    raise CommandError(f"There is no organisation {named}. `manage.py credits show` lists them.")
