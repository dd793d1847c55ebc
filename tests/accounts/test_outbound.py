"""Addresses that others chose do not lead into the house."""

import socket
from ipaddress import ip_address

import pytest

from accounts import outbound
from accounts.outbound import OutboundError, check_url, fetch, is_public, send
from tests.web import web


@pytest.fixture
def site(settings):
    with web() as made:
        settings.LIKENESS_OUTBOUND_ALLOW = [made.host_port]
        yield made


def _refused(call, *arguments, **values):
    with pytest.raises(OutboundError) as refused:
        call(*arguments, **values)
    return refused.value.code


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.0.1",
        "0.0.0.0",  # noqa: S104
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.192",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "64:ff9b:1::a00:1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ],
)
def test_addresses_inside_are_not_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_of_the_open_internet_are(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://0/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://localhost/",
        "https://169.254.169.254/latest/meta-data/",
    ],
)
def test_no_spelling_of_this_machine_is_reached(url):
    assert _refused(fetch, url, max_bytes=10) == "not-allowed"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "//host/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://example.org/",
        "https://",
        "https://user@example.org/",
        "https://example.org:22/",
        "https://example.org:99999/",
        "https://exa mple.org/",
        "https://example.org\\@127.0.0.1/",
        "https://example.org/\r\nX: y",
        "https://[fe80::1%25eth0]/",
        "https://éxample.org/",
        "https://example.org/" + "x" * 3000,
    ],
)
def test_an_address_of_the_wrong_form_is_refused_at_the_door(url):
    assert _refused(check_url, url) == "not-allowed"


def _resolving(monkeypatch, *answers):
    """Names resolve to these, one after the other."""
    left = list(answers)
    asked = []

    def getaddrinfo(host, port, *arguments, **values):
        asked.append(host)
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(outbound.socket, "getaddrinfo", getaddrinfo)
    return asked


def test_a_name_that_leads_inside_is_refused(monkeypatch):
    _resolving(monkeypatch, ["10.0.0.7"])

    assert _refused(fetch, "https://inside.example/", max_bytes=10) == "not-allowed"


def test_one_inner_address_among_public_ones_is_enough(monkeypatch):
    _resolving(monkeypatch, ["93.184.215.14", "127.0.0.1"])

    assert _refused(fetch, "https://mixed.example/", max_bytes=10) == "not-allowed"


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(monkeypatch):
    asked = _resolving(monkeypatch, ["93.184.215.14"], ["127.0.0.1"])
    connected = []

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        connected.append(host)
        raise outbound.httpcore.ConnectError("nobody there")

    monkeypatch.setattr(outbound.httpcore.SyncBackend, "connect_tcp", connect_tcp)

    assert _refused(fetch, "https://rebinding.example/", max_bytes=10) == "failed"
    assert (asked, connected) == (["rebinding.example"], ["93.184.215.14"])


def test_a_redirect_into_the_house_is_refused(site):
    site.answer = lambda got: (302, {"Location": "http://127.0.0.1:1/secret"}, b"")

    assert _refused(fetch, f"{site.address}/picture", max_bytes=10) == "not-allowed"


def test_redirects_are_followed_as_often_as_allowed(site):
    site.answer = lambda got: (302, {"Location": "/b"}, b"") if got.path == "/a" else (200, {}, b"here")

    answer = fetch(f"{site.address}/a", max_bytes=10)
    assert (answer.status, answer.body, answer.url) == (200, b"here", f"{site.address}/b")


def test_a_ring_of_redirects_ends(site):
    site.answer = lambda got: (302, {"Location": "/again"}, b"")

    assert _refused(fetch, f"{site.address}/a", max_bytes=10) == "redirected"
    assert len(site.got) == 4


def test_without_leave_a_redirect_is_an_answer_like_any_other(site):
    site.answer = lambda got: (302, {"Location": "/b"}, b"")

    assert send("POST", site.address, max_bytes=10, seconds=5).status == 302
    assert len(site.got) == 1


def test_a_file_beyond_the_limit_is_refused(site):
    site.answer = lambda got: (200, {}, b"x" * 11)

    assert _refused(fetch, site.address, max_bytes=10) == "too-large"
    assert send("GET", site.address, max_bytes=10, seconds=5, cut=True).body == b"x" * 10


def test_what_is_sent_arrives(site):
    send("POST", f"{site.address}/hook?a=b", headers={"X-Test": "1"}, content=b"body", max_bytes=10, seconds=5)

    got = site.got[0]
    assert (got.method, got.path, got.body) == ("POST", "/hook?a=b", b"body")
    assert got.headers["x-test"] == "1"
    assert got.headers["host"] == site.host_port


def test_who_drips_does_not_hold_us_longer_than_the_whole_time(site, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(outbound.time, "monotonic", lambda: now[0])

    def answer(got):
        now[0] += 100
        return 200, {}, b"late"

    site.answer = answer

    assert _refused(fetch, site.address, max_bytes=10) == "timeout"


def test_only_the_named_port_is_let_through(site, settings):
    settings.LIKENESS_OUTBOUND_HTTP = True

    assert _refused(fetch, "http://127.0.0.1:1/", max_bytes=10) == "not-allowed"


def test_a_host_that_is_not_there_is_told_as_such(monkeypatch):
    def getaddrinfo(*arguments, **values):
        raise socket.gaierror("unknown")

    monkeypatch.setattr(outbound.socket, "getaddrinfo", getaddrinfo)

    assert _refused(fetch, "https://nowhere.invalid/", max_bytes=10) == "unresolved"
