"""manage.py billing: setting Stripe up, and asking it again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.billing.client import PaymentTrouble
from accounts.billing.mode import plans_are_sold
from accounts.billing.models import LIVE, Subscription
from accounts.billing.overage import meter_reports_send
from accounts.billing.prices import prices, prices_prepare
from accounts.billing.subscriptions import subscription_sync
from accounts.scopes import across_tenants


class Command(BaseCommand):
    help = "Sets up the prices at Stripe, and brings subscriptions and usage up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("prices", help="make the prices and the meter that Stripe does not have yet, and list them")
        acts.add_parser("sync", help="ask Stripe about every subscription, and send usage that waits")

    def handle(self, *args: Any, **options: Any) -> None:
        if not plans_are_sold():
            raise CommandError("Nothing is sold here: STRIPE_SECRET_KEY is not set. See docs/billing.md.")
        try:
            getattr(self, options["act"])()
        except PaymentTrouble as trouble:
            raise CommandError(f"Stripe did not do it: {str(trouble.__cause__)[:300]}") from trouble

    def prices(self) -> None:
        made = set(prices_prepare())
        for product, price in prices().items():
            self.stdout.write(f"{product}: {price.text} ({price.id}{', new' if product in made else ''})")

    @across_tenants("the operator brings every organisation's subscription up to date")
    def sync(self) -> None:
        for subscription in Subscription.objects.filter(status__in=LIVE):
            self.stdout.write(f"{subscription.stripe_id}: {subscription_sync(subscription.stripe_id)}")
        self.stdout.write(f"usage of {meter_reports_send()} clips was sent")
