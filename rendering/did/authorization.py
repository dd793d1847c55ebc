"""An API key in any of the ways in which clients of this interface write one.

`Bearer <key>`; `Basic base64(user:key)`, `Basic base64(key:)`, and `Basic user:key` sent as it is, its user perhaps
base64 already. Wherever in it the key of this installation stands, it is found by its form.
"""

import base64
import binascii
import re

from rest_framework import authentication, exceptions
from rest_framework.request import Request

from accounts.api.authentication import Caller, caller_of_secret, note_wrong_key
from accounts.api.keys import PREFIX
from accounts.models import User

_KEY = re.compile(rf"(?<![0-9a-z_]){PREFIX}[0-9a-hjkmnp-tv-z]{{32}}(?![0-9a-z])")
_LONGEST = 1000


def secret_in(header: str) -> str:
    """The key in an Authorization header, or ""."""
    scheme, _, rest = header.strip()[:_LONGEST].partition(" ")
    said = (rest or scheme).strip()
    for text in (said, *map(_decoded, (said, *said.split(":")))):
        if match := _KEY.search(text):
            return match[0]
    return ""


def _decoded(text: str) -> str:
    """What stands in base64, in either alphabet and with or without its padding; "" for anything else."""
    plain = text.strip().replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return ""


class DidAuthentication(authentication.BaseAuthentication):
    """For DRF."""

    def authenticate(self, request: Request) -> tuple[User, Caller] | None:
        header = request.headers.get("Authorization", "")
        if not header:
            return None
        secret = secret_in(header)
        caller = caller_of_secret(secret) if secret else None
        if caller is None:
            note_wrong_key(request)
            raise exceptions.AuthenticationFailed("There is no such API key here, or it is not good any more.")
        return caller.user, caller

    def authenticate_header(self, request: Request) -> str:
        return 'Basic realm="did"'
