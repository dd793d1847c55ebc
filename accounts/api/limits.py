"""How often the API may be called, and how large a body may be.

Counted in the cache in whole windows. The headers follow draft-ietf-httpapi-ratelimit-headers.
"""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.throttling import neighbourhood

if TYPE_CHECKING:
    from accounts.api.authentication import Caller

WINDOW = 60
# Words, names and lists; files come as multipart and have the site's own limit.
MAX_JSON_BYTES = 1_000_000


@dataclass(frozen=True)
class Allowance:
    """What is left in this window. `resets_in` s."""

    quota: int
    left: int
    resets_in: int

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Policy": f'"default";q={self.quota};w={WINDOW}',
            "RateLimit": f'"default";r={max(0, self.left)};t={self.resets_in}',
        }


def count(who: str, quota: int) -> Allowance:
    """Count one request of `who`; `left` below zero is one too many."""
    now = time.time()
    window = int(now // WINDOW)
    resets_in = max(1, int((window + 1) * WINDOW - now) + 1)
    key = f"api:{who}:{window}"
    cache.add(key, 0, 2 * WINDOW)
    try:
        used = cache.incr(key)
    except ValueError:  # it was pushed out between the two lines
        used = 1
    return Allowance(quota, quota - used, resets_in)


class CallerThrottle(BaseThrottle):
    """By key or person; what is left is put on the request for the headers of the answer."""

    def allow_request(self, request: Request, view: Any) -> bool:
        caller = cast("Caller | None", request.auth)
        who = caller.id if caller else f"address:{neighbourhood(request._request)}"
        self.allowance = count(who, settings.LIKENESS_API_RATE)
        request._request.api_allowance = self.allowance  # type: ignore[attr-defined]  # kept for the headers
        return self.allowance.left >= 0

    def wait(self) -> float:
        return self.allowance.resets_in
