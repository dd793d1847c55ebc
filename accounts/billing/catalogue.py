"""What can be bought: plans with seconds of video a month, and packs. Amounts are what Stripe is set up with
(`manage.py billing prices`); afterwards Stripe's own prices are what pages show and customers pay.
"""

from dataclasses import dataclass

from accounts.models import OrganizationKind


@dataclass(frozen=True)
class Plan:
    """Seconds of video a month for a number of people. `amount` is in hundredths of the currency, a month.

    Every plan makes the same pictures with the same label: only amounts differ, and what differs is enforced.
    """

    id: str
    name: str
    description: str
    kinds: frozenset[str]
    included_seconds: int
    seats: int
    amount: int
    trial_seconds: int = 120
    # Companies are shown prices without tax, everybody else with it.
    tax_included: bool = False


@dataclass(frozen=True)
class Pack:
    """Seconds of video that do not expire. `amount` is in hundredths of the currency."""

    id: str
    name: str
    seconds: int
    amount: int


def _kinds(*kinds: str) -> frozenset[str]:
    return frozenset(kinds)


_BRAND, _SCHOOL = OrganizationKind.BRAND.value, OrganizationKind.SCHOOL.value
_FAMILY, _MUSEUM = OrganizationKind.FAMILY.value, OrganizationKind.MUSEUM.value

# In the order of what they include: a change to a later one is an upgrade.
PLANS: dict[str, Plan] = {
    plan.id: plan
    for plan in (
        Plan("family", "Family", "For the album and the birthday.", _kinds(_FAMILY), 300, 5, 900, tax_included=True),
        Plan("creator", "Creator", "For one person who publishes every week.", _kinds(_BRAND, _FAMILY), 900, 2, 1900),
        Plan("museum", "Museum", "For a collection that speaks to its visitors.", _kinds(_MUSEUM), 1800, 25, 2900),
        Plan("business", "Business", "For a team with campaigns.", _kinds(_BRAND, _MUSEUM), 3600, 10, 7900),
        Plan("school", "School", "For the classes of one school.", _kinds(_SCHOOL), 5400, 200, 5900),
        Plan("agency", "Agency", "For many customers and many languages.", _kinds(_BRAND), 14400, 50, 24900),
    )
}

PACKS: dict[str, Pack] = {
    pack.id: pack
    for pack in (
        Pack("pack-5", "5 minutes", 300, 1000),
        Pack("pack-30", "30 minutes", 1800, 5000),
        Pack("pack-120", "2 hours", 7200, 16000),
    )
}

# One second beyond what is included; asked for only where the owner set a limit for it.
OVERAGE = "overage"
OVERAGE_AMOUNT_DECIMAL = "4"  # hundredths of the currency
# What each price is called at Stripe, so that a price can be replaced there without a change here.
LOOKUP_PREFIX = "likeness_"

TRIAL_SEATS = 2
"""Members of an organisation without a plan, where plans are sold."""


def plans_for(kind: str) -> tuple[Plan, ...]:
    """The plans that an organisation of this kind is offered, the smallest first."""
    return tuple(plan for plan in PLANS.values() if kind in plan.kinds)


def lookup_key(product: str) -> str:
    return f"{LOOKUP_PREFIX}{product}"
