"""What consent is bound to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.fingerprints import network_of, words_fingerprint


@pytest.mark.parametrize(
    "same", ["Good  morning, Zoë.", " Good morning, Zoë.\n", "Good\tmorning,\r\nZoë.", "Good morning, Zoe\u0308."]
)
def test_white_space_and_encoding_do_not_change_the_words(same):
    assert words_fingerprint(same) == words_fingerprint("Good morning, Zoë.")


@pytest.mark.parametrize(
    "other", ["Good morning, Zoe.", "good morning, Zoë.", "Good morning Zoë.", "Goodmorning, Zoë."]
)
def test_what_is_heard_changes_the_words(other):
    assert words_fingerprint(other) != words_fingerprint("Good morning, Zoë.")


@given(
    st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1), min_size=1),
    st.sampled_from([" ", "\n", "\t "]),
)
def test_any_way_of_breaking_lines_is_the_same(words, gap):
    assert words_fingerprint(gap.join(words)) == words_fingerprint(" ".join(words))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0"),
        (" 203.0.113.77 ", "203.0.113.0"),
        ("2001:db8:1234:5678::9", "2001:db8:1234::"),
        ("::ffff:203.0.113.77", "203.0.113.0"),
        ("not an address", ""),
        ("", ""),
    ],
)
def test_only_the_network_of_an_address_is_kept(address, network):
    assert network_of(address) == network
