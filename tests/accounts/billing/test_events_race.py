"""The same events from many sides at once."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from accounts.billing.checkout import plan_checkout
from accounts.billing.events import checkout_settle, event_receive
from accounts.billing.models import Checkout, StripeEvent, Subscription
from accounts.models import AuditEvent, CreditEntry
from accounts.selectors import audit_breaks, credits_available

THREADS = 16


@pytest.mark.django_db(transaction=True)
def test_sixteen_deliveries_at_once_and_the_buyer_coming_back_grant_one_month(fake, organization, owner):
    plan_checkout(organization=organization, acting_user=owner, plan="museum", once=uuid.uuid4().hex)
    session = Checkout.objects.get().stripe_id
    fake.pay(session)
    told = [fake.signed(event) for event in fake.events]
    together = Barrier(THREADS, timeout=60)

    def one_side(number):
        try:
            together.wait()
            if number % 4 == 3:
                checkout_settle(session)
            else:
                body, signature = told[number % len(told)]
                event_receive(payload=body.encode(), signature=signature)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(one_side, range(THREADS)))

    assert credits_available(organization) == 1800
    assert CreditEntry.objects.count() == 1
    assert Subscription.objects.count() == 1
    assert not StripeEvent.objects.filter(handled_at=None).exists()
    assert audit_breaks(organization) == []
    assert AuditEvent.objects.filter(action="billing.subscription").count() == 1
