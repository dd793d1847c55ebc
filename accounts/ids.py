"""Public ids: a prefix that says what a thing is, and 80 random bits. An id is never an authorisation."""

import secrets

# Crockford's base 32, lower case: no letters that are read as others.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 16
ID_LENGTH = 24


def new_id(prefix: str) -> str:
    """A fresh id such as "prj_3v9k2m0q7dxw1c5h"."""
    return f"{prefix}_{''.join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))}"


def is_id(value: str, prefix: str) -> bool:
    """Whether `value` has the shape of an id with this prefix; to be asked before the database is."""
    head, _, tail = value.partition("_")
    return head == prefix and len(tail) == _LENGTH and all(letter in _ALPHABET for letter in tail)
