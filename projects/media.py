"""Signed addresses of photographs, recordings and clips, and the view that serves them where the files lie on disk.

With S3 the addresses are the object store's own, and the view has nothing to serve.
"""

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path
from django.utils.http import content_disposition_header, http_date, quote_etag
from django.views.decorators.http import require_safe

from projects.storage import URL_SECONDS, SignedFileStorage, read_file_token

_CHUNK = 64 * 1024
# No file is 10¹⁸ bytes long; Python refuses to read numbers of thousands of digits.
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def signed_url(key: str, *, seconds: int = URL_SECONDS, download_name: str | None = None) -> str:
    """An address of a stored file that works for `seconds`; with `download_name` browsers save it under that name.

    To be handed out after the gate was asked: whoever has the address needs nothing else.
    """
    if isinstance(default_storage, SignedFileStorage):
        return default_storage.url(key, expire=seconds, download_name=download_name or "")
    disposition = content_disposition_header(bool(download_name), download_name or "") or "inline"
    return default_storage.url(key, expire=seconds, parameters={"ResponseContentDisposition": disposition})  # type: ignore[call-arg]


@dataclass(frozen=True)
class _Span:
    """Bytes `start` to `end`, both included."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start + 1


class _RangeError(Exception):
    """A range that lies outside the file."""


@require_safe
def media(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file that the token stands for, or the range of it that was asked for; 404 for any token that is not good."""
    signed = read_file_token(token)
    if signed is None or not default_storage.exists(signed.key):
        raise Http404
    size = default_storage.size(signed.key)
    modified = default_storage.get_modified_time(signed.key)
    etag = quote_etag(f"{modified.timestamp():.6f}-{size}")
    last_modified = http_date(modified.timestamp())
    try:
        span = _requested_span(request, size, validators=(etag, last_modified))
    except _RangeError:
        response: HttpResponseBase = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        return _guarded(response)
    whole = _Span(0, size - 1)
    content_type = mimetypes.guess_type(signed.key)[0] or "application/octet-stream"
    if request.method == "HEAD":
        response = HttpResponse(content_type=content_type)
    else:
        response = StreamingHttpResponse(
            _read(default_storage.open(signed.key, "rb"), span or whole), content_type=content_type
        )
    response.headers["Content-Length"] = str((span or whole).length)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = last_modified
    response.headers["Content-Disposition"] = (
        content_disposition_header(bool(signed.download_name), signed.download_name) or "inline"
    )
    if span is not None:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {span.start}-{span.end}/{size}"
    return _guarded(response)


def _guarded(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _requested_span(request: HttpRequest, size: int, *, validators: tuple[str, str]) -> _Span | None:
    """The one range that was asked for, None for the whole file: RFC 9110, 14.2. Several ranges get the whole file."""
    header = request.headers.get("Range", "")
    condition = request.headers.get("If-Range")
    match = _RANGE.fullmatch(header.replace(" ", ""))
    if match is None or (condition is not None and condition not in validators):
        return None
    first, last = match.groups()
    if not first and not last:
        return None
    if not first:
        start, end = max(0, size - int(last)), size - 1
        if int(last) == 0:
            raise _RangeError
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            return None
    if start >= size:
        raise _RangeError
    return _Span(start, end)


def _read(file: IO[bytes], span: _Span) -> Iterator[bytes]:
    with file:
        file.seek(span.start)
        left = span.length
        while left > 0 and (chunk := file.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk


urlpatterns = [path("media/<str:token>", media, name="file")]
