"""Several threads that hold, charge and release credits of one organisation at the same time.

As a program (`python -m tests.accounts.credit_race`) it races in the database of DATABASE_URL and prints the outcome.
"""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

THREADS = 16
ROUNDS = 4
GRANTED = 95
SHARED_HELD, SHARED_CHARGED = 10, 9
OWN_HELD = 20


def race(organization_id: str) -> dict[str, int]:
    """In each round all threads hold and charge for one render; then each holds, and releases, for one of its own.

    The threads start each half of a round together. Of the second halves not all can have what they ask for.
    """
    from django.db import connections  # noqa: PLC0415  as a program, Django is set up below

    from accounts.models import CreditEntry, Organization  # noqa: PLC0415
    from accounts.scopes import across_tenants, within  # noqa: PLC0415
    from accounts.selectors import credits_available  # noqa: PLC0415
    from accounts.services import (  # noqa: PLC0415
        NotEnoughCredits,
        credits_charge,
        credits_hold,
        credits_release,
    )

    with across_tenants("a test's arrangements"):
        organization = Organization.objects.get(pk=organization_id)
    together = Barrier(THREADS, timeout=60)

    def one_thread(thread: int) -> int:
        with within(organization):
            return held_and_released(thread)

    def held_and_released(thread: int) -> int:
        lowest = GRANTED
        try:
            for number in range(ROUNDS):
                shared = {"organization": organization, "render_id": f"rnd_{number}"}
                own = {"organization": organization, "render_id": f"rnd_{number}_{thread}"}
                together.wait()
                credits_hold(**shared, seconds=SHARED_HELD)
                credits_charge(**shared, seconds=SHARED_CHARGED)
                together.wait()
                try:
                    credits_hold(**own, seconds=OWN_HELD)
                except NotEnoughCredits:
                    continue
                lowest = min(lowest, credits_available(organization))
                credits_release(**own)
            return lowest
        except BaseException:
            together.abort()
            raise
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        lowest = min(pool.map(one_thread, range(THREADS)))
    with within(organization):
        kinds = Counter(CreditEntry.objects.filter(organization=organization).values_list("kind", flat=True))
        return {
            "available": credits_available(organization),
            "lowest": lowest,
            "charges": kinds["charge"],
            "still held": kinds["hold"] - kinds["charge"] - kinds["release"],
        }


def main() -> None:
    import django  # noqa: PLC0415

    django.setup()
    from accounts.models import Organization  # noqa: PLC0415
    from accounts.scopes import across_tenants  # noqa: PLC0415
    from accounts.services import credits_grant  # noqa: PLC0415

    with across_tenants("a test's arrangements"):
        organization = Organization.objects.create(name="Race", kind="brand")
        credits_grant(organization=organization, seconds=GRANTED, reason="race")
    print(json.dumps(race(organization.pk)))  # noqa: T201


if __name__ == "__main__":
    main()
