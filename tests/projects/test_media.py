"""Signed addresses, and how a browser's video element reads from them."""

from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.utils.http import http_date

from projects import storage
from projects.media import signed_url

CONTENT = bytes(range(256)) * 1000
KEY = "org/org_1/clips/clip.mp4"


@pytest.fixture
def url():
    default_storage.save(KEY, ContentFile(CONTENT))
    return signed_url(KEY)


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_the_whole_file(client, url):
    response = client.get(url)

    assert response.status_code == 200
    assert body(response) == CONTENT
    assert response.headers["Content-Type"] == "video/mp4"
    assert response.headers["Content-Length"] == str(len(CONTENT))
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"] == "inline"


RANGES = {
    "from the start": ("bytes=0-99", 0, 100),
    "from the middle": ("bytes=1000-1999", 1000, 2000),
    "one byte": ("bytes=5-5", 5, 6),
    "to the end": ("bytes=255000-", 255000, 256000),
    "the last": ("bytes=-100", 255900, 256000),
    "more than there is": ("bytes=255990-999999", 255990, 256000),
    "the last, more than there is": ("bytes=-999999", 0, 256000),
    "all of it": ("bytes=0-", 0, 256000),
    "over a chunk's end": ("bytes=65000-66000", 65000, 66001),
}


@pytest.mark.parametrize(("asked", "start", "end"), RANGES.values(), ids=RANGES)
def test_a_range(client, url, asked, start, end):
    response = client.get(url, headers={"Range": asked})

    assert response.status_code == 206
    assert body(response) == CONTENT[start:end]
    assert response.headers["Content-Range"] == f"bytes {start}-{end - 1}/256000"
    assert response.headers["Content-Length"] == str(end - start)


@pytest.mark.parametrize("asked", ["bytes=256000-", "bytes=999999-1000000", "bytes=-0"])
def test_a_range_outside_the_file(client, url, asked):
    response = client.get(url, headers={"Range": asked})

    assert response.status_code == 416
    assert response.headers["Content-Range"] == "bytes */256000"


NO_RANGES = ["bytes=9-5", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=١-٢", "", f"bytes={'9' * 5000}-"]


@pytest.mark.parametrize("asked", NO_RANGES, ids=lambda asked: asked[:15])
def test_what_is_no_single_range_gets_the_whole_file(client, url, asked):
    response = client.get(url, headers={"Range": asked})

    assert (response.status_code, len(body(response))) == (200, len(CONTENT))


def test_if_range_gives_the_range_of_the_same_file_only(client, url):
    first = client.get(url)
    later = http_date((parsedate_to_datetime(first.headers["Last-Modified"]) + timedelta(hours=1)).timestamp())
    statuses = {
        condition: client.get(url, headers={"Range": "bytes=0-9", "If-Range": condition}).status_code
        for condition in (first.headers["ETag"], first.headers["Last-Modified"], '"another"', later)
    }

    assert list(statuses.values()) == [206, 206, 200, 200]


def test_head_says_what_get_would_without_the_bytes(client, url):
    response = client.head(url, headers={"Range": "bytes=0-99"})

    assert response.status_code == 206
    assert response.headers["Content-Length"] == "100"
    assert body(response) == b""


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_but_reading(client, url, method):
    assert getattr(client, method)(url).status_code == 405


def test_a_download_has_its_name(client, url):
    response = client.get(signed_url(KEY, download_name="Grüße.mp4"))

    assert response.headers["Content-Disposition"] == "attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.mp4"


def test_a_download_name_cannot_add_headers(client, url):
    response = client.get(signed_url(KEY, download_name='a"\r\nSet-Cookie: x=1.mp4'))

    assert "Set-Cookie" not in response.headers
    assert "\n" not in response.headers["Content-Disposition"]


def test_an_address_runs_out(client, url, monkeypatch):
    now = storage.time.time()
    monkeypatch.setattr(storage.time, "time", lambda: now + 59)
    assert client.get(url).status_code == 200

    monkeypatch.setattr(storage.time, "time", lambda: now + 61)
    assert client.get(url).status_code == 404


def test_forged_addresses_are_not_found(client, url):
    token = url.rpartition("/")[2]

    for forged in (token[:-1], token[1:], f"{token}x", "x", KEY, token.replace(":", "")):
        assert client.get(f"/media/{forged}").status_code == 404


def test_a_file_that_is_gone_is_not_found(client, url):
    default_storage.delete(KEY)

    assert client.get(url).status_code == 404


def test_a_signature_for_something_else_opens_no_file(client, url):
    other = storage.dumps([KEY, 2**40, ""], salt="something.else")

    assert client.get(f"/media/{other}").status_code == 404


def test_an_address_has_no_key_of_another_kind(client):
    assert client.get("/media/").status_code == 404
    with pytest.raises(ValueError, match="no name"):
        signed_url("")


def test_the_object_store_signs_its_own_addresses(settings, client):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": "clips",
                "access_key": "key",
                "secret_key": "secret",
                "region_name": "eu-central-1",
                "signature_version": "s3v4",
                "querystring_auth": True,
            },
        },
    }

    shown, downloaded = signed_url(KEY, seconds=30), signed_url(KEY, seconds=45, download_name="clip.mp4")

    assert "X-Amz-Expires=30" in shown
    assert "X-Amz-Signature=" in shown
    assert "inline" in shown
    assert "X-Amz-Expires=45" in downloaded
    assert "attachment%3B%20filename%3D%22clip.mp4%22" in downloaded


def test_an_error_page_is_no_file(client):
    response: HttpResponse = client.get("/media/nonsense")

    assert "Accept-Ranges" not in response.headers
