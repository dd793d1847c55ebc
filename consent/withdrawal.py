"""What happens when consent is withdrawn. The apps above this one stop what they do with it: they register here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from consent.gate import Scope
from consent.models import ConsentRequest, Subject


@dataclass(frozen=True)
class Withdrawal:
    """Whose consent to what was withdrawn. `request` None: a statement, or a moderator's no, and so everything."""

    subject: Subject
    request: ConsentRequest | None
    at: datetime
    scopes: tuple[Scope, ...] = ()


# Gets the withdrawal, inside its transaction; returns the ids of what was stopped or blocked.
Handler = Callable[[Withdrawal], Sequence[str]]

_handlers: list[Handler] = []


def on_withdrawn(handler: Handler) -> Handler:
    """Have `handler` called in the transaction of every withdrawal; a decorator, or for AppConfig.ready()."""
    if handler not in _handlers:
        _handlers.append(handler)
    return handler


def announce(withdrawal: Withdrawal) -> tuple[str, ...]:
    """Call every handler; the ids that they affected. An error of one undoes the withdrawal, so that it is seen."""
    return tuple(affected for handler in _handlers for affected in handler(withdrawal))
