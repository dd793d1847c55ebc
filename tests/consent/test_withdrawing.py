"""Withdrawing: at once, for good, and once."""

import pytest

from accounts.models import AuditEvent
from consent import withdrawal
from consent.errors import ConsentError
from consent.gate import SCOPES, Action, Scope
from consent.models import ConsentEvent
from consent.selectors import (
    RequestState,
    receipt_data,
    receipt_token,
)
from consent.services import (
    consent_withdraw,
)
from tests.consent.deciding import decision
from tests.factories import (
    answer,
    request_for,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("action", Action)
def test_a_withdrawal_shuts_the_gate_at_once(clip, action, handlers):
    receipt = answer(request_for(clip))

    consent_withdraw(token=receipt.token)

    assert decision(clip, action).missing == SCOPES


def test_a_withdrawal_names_what_it_stopped(clip, handlers):
    seen = []
    handlers += [lambda withdrawn: seen.append(withdrawn) or ["rnd_1", "rnd_2"], lambda withdrawn: ["shr_1"]]
    request = request_for(clip)

    withdrawn = consent_withdraw(token=answer(request).token)

    assert withdrawn.affected == ("rnd_1", "rnd_2", "shr_1")
    assert withdrawn.receipt.state is RequestState.WITHDRAWN
    assert (seen[0].subject, seen[0].request) == (clip.portrait.subject, request)
    assert AuditEvent.objects.get(action="consent.withdrawn").data == {"affected": ["rnd_1", "rnd_2", "shr_1"]}


def test_the_gate_is_shut_when_the_handlers_are_called(clip, handlers):
    handlers.append(lambda withdrawn: [str(decision(clip).allowed)])

    assert consent_withdraw(token=answer(request_for(clip)).token).affected == ("False",)


def test_withdrawing_twice_changes_nothing(clip, handlers):
    calls = []
    handlers.append(lambda withdrawn: calls.append(withdrawn) or [])
    token = answer(request_for(clip)).token

    first, second = consent_withdraw(token=token), consent_withdraw(token=token)

    assert first.receipt.withdrawn_at == second.receipt.withdrawn_at
    assert (len(calls), ConsentEvent.objects.count()) == (1, 6)


def test_only_what_was_granted_is_withdrawn(clip, handlers):
    consent_withdraw(token=answer(request_for(clip), {Scope.VOICE}).token)

    assert ConsentEvent.objects.get(state="withdrawn").scope == Scope.VOICE


@pytest.mark.parametrize("answered", [False, True])
def test_where_nothing_was_granted_nothing_is_withdrawn(clip, answered, handlers):
    request = request_for(clip)
    if answered:
        answer(request, set())

    with pytest.raises(ConsentError) as error:
        consent_withdraw(token=receipt_token(request))

    assert error.value.code == "nothing-to-withdraw"


def test_a_handler_that_fails_undoes_the_withdrawal(clip, handlers):
    handlers.append(lambda withdrawn: 1 / 0)
    token = answer(request_for(clip)).token

    with pytest.raises(ZeroDivisionError):
        consent_withdraw(token=token)

    assert not ConsentEvent.objects.filter(state="withdrawn").exists()


def test_a_receipt_shows_the_photo_until_it_is_withdrawn(clip, handlers):
    receipt = answer(request_for(clip))
    assert receipt.photo_url

    consent_withdraw(token=receipt.token)

    assert receipt_data(receipt.token).photo_url == ""


def test_a_handler_is_registered_once(handlers):
    def handler(withdrawn):
        return []

    withdrawal.on_withdrawn(handler)
    withdrawal.on_withdrawn(handler)

    assert handlers == [handler]
