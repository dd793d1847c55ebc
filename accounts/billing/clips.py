"""Which clips the ledger's renders were: the rooms above know, and tell it here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from accounts.models import Organization


@dataclass(frozen=True)
class ClipLink:
    """A clip's name and page."""

    title: str
    url: str


Finder = Callable[[Organization, Iterable[str]], dict[str, ClipLink]]
_finders: list[Finder] = []


def on_clips(finder: Finder) -> None:
    """Register who knows the clips of renders."""
    if finder not in _finders:
        _finders.append(finder)


def clips_of(organization: Organization, render_ids: Iterable[str]) -> dict[str, ClipLink]:
    """The clips that are still there, by render."""
    ids = {render_id for render_id in render_ids if render_id}
    return {render_id: link for find in _finders for render_id, link in find(organization, ids).items()}
