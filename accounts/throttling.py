"""How often something may be tried before the site asks for patience. Counted in the cache: it is forgotten in time."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

# What one household or one hosting customer is given in IPv6: any address in it is the same neighbour (RFC 6177).
_IPV6_PREFIX = 64


@dataclass(frozen=True)
class Limit:
    """At most `tries` in `seconds`, counted from the first of them."""

    name: str
    tries: int
    seconds: int

    def _key(self, who: str) -> str:
        # Hashed: the cache holds nobody's address.
        return f"tries:{self.name}:{hashlib.sha256(who.encode()).hexdigest()}"

    def count(self, who: str) -> bool:
        """Count one try of `who`; False when it is one too many."""
        key = self._key(who)
        cache.add(key, 0, self.seconds)
        try:
            return cache.incr(key) <= self.tries
        except ValueError:  # it ran out between the two lines
            return True

    def take_back(self, who: str) -> None:
        """Count one try of `who` less: it was a right one."""
        with suppress(ValueError):  # it ran out meanwhile
            cache.decr(self._key(who))

    def reached(self, who: str) -> bool:
        """Whether the next try of `who` would be one too many."""
        return int(cache.get(self._key(who), 0)) >= self.tries

    def forget(self, who: str) -> None:
        """Begin anew for `who`."""
        cache.delete(self._key(who))


def client_address(request: HttpRequest) -> str:
    """Where a request came from; a proxy's word counts only where the settings say that there is one."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.LIKENESS_TRUSTED_PROXY and forwarded:
        return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def neighbourhood(request: HttpRequest) -> str:
    """Whose tries are counted together: an IPv4 address, or the network of an IPv6 one."""
    address = client_address(request)
    try:
        version = ip_address(address).version
    except ValueError:
        return address
    return address if version == 4 else str(ip_network(f"{address}/{_IPV6_PREFIX}", strict=False))
