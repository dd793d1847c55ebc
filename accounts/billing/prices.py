"""What things cost: the amounts stand at Stripe, under the names of the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import stripe
from django.conf import settings
from django.core.cache import cache

from accounts.billing.catalogue import (
    LOOKUP_PREFIX,
    OVERAGE,
    OVERAGE_AMOUNT_DECIMAL,
    PACKS,
    PLANS,
    Plan,
    lookup_key,
)
from accounts.billing.client import PaymentTrouble, asking_stripe

METER = "likeness_overage_seconds"
"""The name of the events that tell Stripe of seconds beyond a plan."""

_KEPT_SECONDS = 600
_LOOKUPS_A_CALL = 10
_SYMBOLS = {"eur": "€", "usd": "$", "gbp": "£"}


@dataclass(frozen=True)
class Price:
    """A price at Stripe; `amount` is in hundredths of the currency, a month, a pack or a second."""

    id: str
    product: str
    amount: Decimal
    currency: str
    tax_included: bool

    @property
    def text(self) -> str:
        """The amount as it is read."""
        return amount_text(self.amount, self.currency)


def amount_text(hundredths: Decimal, currency: str) -> str:
    """An amount as it is read: "€19", "€0.04", "19 CHF"."""
    whole = hundredths / 100
    number = f"{whole:,.0f}" if whole == whole.to_integral() else f"{whole:,.2f}"
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{number}" if symbol else f"{number} {currency.upper()}"


def prices() -> dict[str, Price]:
    """The prices by the catalogue's names, kept for ten minutes. Raises PaymentTrouble."""
    name = f"billing:prices:{settings.STRIPE_API_ADDRESS}"
    kept: dict[str, Price] | None = cache.get(name)
    if kept is None:
        kept = _asked()
        cache.set(name, kept, _KEPT_SECONDS)
    return kept


def price_of(product: str) -> Price:
    """Raises PaymentTrouble where it is not for sale: `manage.py billing prices` was not run, or Stripe is away."""
    price = prices().get(product)
    if price is None:
        raise PaymentTrouble("This is not for sale here at the moment. Choose something else, or try again later.")
    return price


def product_of(price: Any) -> str:
    """What a Stripe price stands for in the catalogue, also after another price took over its name; "" for nothing."""
    noted = (price.get("metadata") or {}).get("likeness") or ""
    key = price.get("lookup_key") or ""
    return noted or (key.removeprefix(LOOKUP_PREFIX) if key.startswith(LOOKUP_PREFIX) else "")


def _asked() -> dict[str, Price]:
    keys = [lookup_key(product) for product in (*PLANS, *PACKS, OVERAGE)]
    found: dict[str, Price] = {}
    with asking_stripe() as client:
        for start in range(0, len(keys), _LOOKUPS_A_CALL):
            listed = client.v1.prices.list(
                {"lookup_keys": keys[start : start + _LOOKUPS_A_CALL], "active": True, "limit": 100}
            )
            found |= {price.product: price for price in map(_price, listed.auto_paging_iter())}
    return found


def _price(told: stripe.Price) -> Price:
    price: dict[str, Any] = told.to_dict()
    return Price(
        id=price["id"],
        product=product_of(price),
        amount=Decimal(str(price.get("unit_amount_decimal") or price["unit_amount"])),
        currency=price["currency"],
        tax_included=price.get("tax_behavior") == "inclusive",
    )


def prices_prepare() -> list[str]:
    """Make the prices of the catalogue, and the meter, that Stripe does not have yet; their names. Those that are there
    stay as they are, whatever they cost. Raises PaymentTrouble.
    """
    cache.delete(f"billing:prices:{settings.STRIPE_API_ADDRESS}")
    there, made = prices(), []
    with asking_stripe() as client:
        meter = _meter(client)
        for product, params in _wanted(meter).items():
            if product in there:
                continue
            whole: Any = {
                "currency": settings.LIKENESS_BILLING_CURRENCY,
                "lookup_key": lookup_key(product),
                "metadata": {"likeness": product},
                **params,
            }
            client.v1.prices.create(whole, {"idempotency_key": f"likeness-price-{product}"})
            made.append(product)
    cache.delete(f"billing:prices:{settings.STRIPE_API_ADDRESS}")
    return made


def _meter(client: stripe.StripeClient) -> str:
    for meter in client.v1.billing.meters.list({"status": "active", "limit": 100}).auto_paging_iter():
        if meter.event_name == METER:
            return meter.id
    made = client.v1.billing.meters.create(
        {
            "display_name": "Seconds of video beyond the plan",
            "event_name": METER,
            "default_aggregation": {"formula": "sum"},
            "customer_mapping": {"type": "by_id", "event_payload_key": "stripe_customer_id"},
            "value_settings": {"event_payload_key": "value"},
        },
        {"idempotency_key": f"likeness-meter-{METER}"},
    )
    return made.id


def _wanted(meter: str) -> Mapping[str, Any]:
    plans = {
        plan.id: {
            "unit_amount": plan.amount,
            "recurring": {"interval": "month"},
            "tax_behavior": _tax_behavior(plan),
            "product_data": {"name": f"Likeness {plan.name}", "metadata": {"likeness": plan.id}},
        }
        for plan in PLANS.values()
    }
    packs = {
        pack.id: {
            "unit_amount": pack.amount,
            "tax_behavior": "exclusive",
            "product_data": {"name": f"Likeness {pack.name} of video", "metadata": {"likeness": pack.id}},
        }
        for pack in PACKS.values()
    }
    overage = {
        "unit_amount_decimal": OVERAGE_AMOUNT_DECIMAL,
        "recurring": {"interval": "month", "usage_type": "metered", "meter": meter},
        "tax_behavior": "exclusive",
        "product_data": {"name": "Likeness seconds beyond the plan", "metadata": {"likeness": OVERAGE}},
    }
    return {**plans, **packs, OVERAGE: overage}


def _tax_behavior(plan: Plan) -> str:
    return "inclusive" if plan.tax_included else "exclusive"
