"""Names that other people are shown."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.names import clean_name, visible


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("  Jo\t Archer ", "Jo Archer"),
        ("\u202emuesuM\u202c Hill", "muesuM Hill"),
        ("Jo\u200b Arch\ufeffer\u0007", "Jo Archer"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("نرگس\u200cبانو", "نرگس\u200cبانو"),
        ("Jo\u2003Archer", "Jo Archer"),
    ],
    ids=["spaces", "turned reading", "invisible", "composed", "a joiner that belongs there", "an odd space"],
)
def test_a_name_is_what_is_seen_of_it(typed: str, seen: str) -> None:
    assert clean_name(typed, complaint="Give a name.") == seen


@pytest.mark.parametrize("typed", ["", " ", "\u200b\u200b", "\u200d", "\u202e", "—", "__"])
def test_a_name_that_cannot_be_seen_is_none(typed: str) -> None:
    with pytest.raises(ValidationError, match="Give a name"):
        clean_name(typed, complaint="Give a name.")


@given(st.text())
def test_what_is_visible_stays_so(text: str) -> None:
    assert visible(visible(text)) == visible(text)
