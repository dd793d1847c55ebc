"""Stripe's own library, with the key of this installation; and its errors in words for people."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import stripe
from django.conf import settings

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 15


class PaymentTrouble(Exception):  # noqa: N818  a state of things: said to the person who wanted to pay
    """What Stripe was asked for did not happen. Its text is for the person who asked."""


class CardRefused(PaymentTrouble):
    """The payment itself did not go through."""


def stripe_client() -> stripe.StripeClient:
    """The client. Only to be asked where plans are sold."""
    return _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_ADDRESS)


@lru_cache(maxsize=8)
def _client(key: str, address: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": address},
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        max_network_retries=2,
    )


@contextmanager
def asking_stripe() -> Iterator[stripe.StripeClient]:
    """Hands out the client. Raises PaymentTrouble or CardRefused where Stripe says no, or does not answer."""
    try:
        yield stripe_client()
    except stripe.CardError as error:
        raise CardRefused(
            f"{error.user_message or 'The payment did not go through.'} Nothing was changed. "
            "Check the card under “Cards, addresses and tax numbers”, or use another one."
        ) from error
    except stripe.StripeError as error:
        # The message names ids, no card and no address.
        logger.warning("Stripe refused: %s %.300s", type(error).__name__, error)
        raise PaymentTrouble(
            "The payment service did not answer as it should. Nothing was charged and nothing was changed. "
            "Try again in some minutes."
        ) from error
