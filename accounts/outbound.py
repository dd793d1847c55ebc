"""Requests to addresses that somebody else chose: webhooks, and pictures that are named by their address.

They must not reach what only this machine can reach (SSRF). The check is made on the address that is connected to, at
that moment: a name that resolves otherwise the next time, a redirect, and every way to write 127.0.0.1 all come through
here. Proxies of the environment are not used.
"""

import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urljoin, urlsplit

import certifi
import httpcore
from django.conf import settings

# RFC 6052: an IPv4 address behind a translator.
_NAT64 = IPv6Network("64:ff9b::/96")
# Older releases of Python call parts of these global. IANA's registries of special addresses; Oracle's cloud answers
# questions about a machine at 192.0.0.192.
_SPECIAL = tuple(
    map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "100::/64", "2001::/23", "5f00::/16"))
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_URL = 2000


class OutboundError(Exception):
    """`code`: not-allowed, unresolved, timeout, too-large, redirected, failed. The text is written for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Answer:
    """What came back. Names of headers are in lower case; `body` is cut at the limit where that was asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


def check_url(url: str) -> str:
    """The address, if it has a form that may be asked at all; whether it is reached is seen when it is. Raises
    OutboundError.
    """
    _host_port(url)
    return url


def fetch(url: str, *, max_bytes: int, seconds: float = 20.0, redirects: int = 3) -> Answer:
    """GET a file. Raises OutboundError: not to be had, or bigger than `max_bytes`. What it is, the caller looks at."""
    return send("GET", url, max_bytes=max_bytes, seconds=seconds, redirects=redirects)


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes = b"",
    max_bytes: int,
    seconds: float,
    redirects: int = 0,
    cut: bool = False,
) -> Answer:
    """One request, with at most so many redirects, all of it within `seconds`. Raises OutboundError.

    More than `max_bytes` is an error, or with `cut` is left off.
    """
    deadline = time.monotonic() + seconds
    backend = _PublicOnly(deadline)
    with httpcore.ConnectionPool(ssl_context=_tls(), network_backend=backend, retries=0) as pool:
        for _ in range(redirects + 1):
            answer = _once(pool, method, url, headers or {}, content, max_bytes, deadline, cut)
            target = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not target:
                return answer
            if not redirects:
                return answer
            url = urljoin(url, target)
    raise OutboundError("redirected", "The address leads on too often.")


def _once(
    pool: httpcore.ConnectionPool,
    method: str,
    url: str,
    headers: Mapping[str, str],
    content: bytes,
    max_bytes: int,
    deadline: float,
    cut: bool,
) -> Answer:
    host, port, default_port = _host_port(url)
    left = max(0.1, deadline - time.monotonic())
    written = f"[{host}]" if ":" in host else host
    sent = {
        "Host": written if default_port else f"{written}:{port}",
        "User-Agent": "Likeness/1",
        "Accept-Encoding": "identity",
        "Content-Length": str(len(content)),
        **headers,
    }
    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), left)
    try:
        with pool.stream(
            method, url, headers=list(sent.items()), content=content or None, extensions={"timeout": timeouts}
        ) as response:
            body = _read(response.iter_stream(), max_bytes, deadline, cut)
            names = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            return Answer(response.status, names, body, url)
    except httpcore.TimeoutException as error:
        raise OutboundError("timeout", "There was no whole answer in time.") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError) as error:
        raise OutboundError("failed", f"The connection failed: {_told(error)}") from error
    except (UnicodeError, ValueError) as error:
        raise OutboundError("not-allowed", "This is not an address that can be asked.") from error


def _read(chunks: Iterable[bytes], max_bytes: int, deadline: float, cut: bool) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > max_bytes:
            if cut:
                return bytes(body[:max_bytes])
            raise OutboundError("too-large", f"The file is bigger than {max_bytes} bytes.")
        if time.monotonic() > deadline:
            raise OutboundError("timeout", "There was no whole answer in time.")
    return bytes(body)


def _host_port(url: str) -> tuple[str, int, bool]:
    """Host, port, and whether that is the scheme's own. Raises OutboundError for what may not be asked."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise OutboundError("not-allowed", "This is not an address.") from error
    host = parts.hostname or ""
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    readable = len(url) <= _MAX_URL and url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    if not readable or not host or usual is None:
        raise OutboundError("not-allowed", "Give an address that begins with https://, in plain letters.")
    if parts.username is not None or parts.password is not None:
        raise OutboundError("not-allowed", "An address with a name or password in it is not used.")
    if "%" in host:
        raise OutboundError("not-allowed", "An address of one network interface is not used.")
    if _is_listed(host, port or usual):
        return host, port or usual, port is None
    if parts.scheme != "https" and not settings.LIKENESS_OUTBOUND_HTTP:
        raise OutboundError("not-allowed", "Give an address that begins with https://.")
    if port is not None and port not in (80, 443) and port < 1024:
        raise OutboundError("not-allowed", f"Port {port} is not used for the web.")
    return host, port or usual, port is None


def _is_listed(host: str, port: int) -> bool:
    """Whether whoever runs the installation allows this host though it is not public."""
    return f"{host}:{port}" in settings.LIKENESS_OUTBOUND_ALLOW


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the open internet, also where it holds another one."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if inner:
            return is_public(inner)
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address.is_site_local or int(address) <= 0xFFFFFFFF:
            return False
    if any(address in network for network in _SPECIAL if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


class _PublicOnly(httpcore.NetworkBackend):
    """Looks a name up once, refuses it if any of its addresses is not public, and connects to just these."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        addresses = _resolved(host, port)
        if not _is_listed(host, port) and not all(map(is_public, addresses)):
            raise OutboundError("not-allowed", "This address leads into a private network.")
        last: Exception = httpcore.ConnectError("no address")
        for address in addresses:
            left = max(0.1, self._deadline - time.monotonic())
            try:
                stream = self._sockets.connect_tcp(str(address), port, min(timeout or left, left), local_address)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
                continue
            return _Hurried(stream, self._deadline)
        raise last

    def connect_unix_socket(self, path: str, timeout: float | None = None, socket_options: Any = None) -> Any:
        raise OutboundError("not-allowed", "A socket of this machine is not used.")


class _Hurried(httpcore.NetworkStream):
    """A connection whose every step has only what is left of the whole time, however slowly the other side drips."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def _left(self, timeout: float | None, late: type[Exception]) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise late("the whole time is over")
        return min(left, timeout) if timeout is not None else left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._left(timeout, httpcore.ConnectTimeout)
        return _Hurried(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _resolved(host: str, port: int) -> list[IPv4Address | IPv6Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise OutboundError("unresolved", f"There is no host “{host}”.") from error
    return list(dict.fromkeys(ip_address(str(each[4][0]).partition("%")[0]) for each in found))


def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


def _told(error: Exception) -> str:
    return str(error)[:200] or type(error).__name__
