"""ETags: an answer that has not changed is not sent again, and what has changed meanwhile is not overwritten."""

import hashlib
from typing import Any

from django.http import HttpResponse
from django.utils.http import parse_etags, quote_etag
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response


def etag_of(data: Any) -> str:
    """The ETag of a representation."""
    return _etag(JSONRenderer().render(data))


def _etag(content: bytes) -> str:
    return quote_etag(hashlib.sha256(content).hexdigest()[:32])


def matches(header: str, etag: str) -> bool:
    """Whether the header, If-Match or If-None-Match, names this ETag. Proxies that compress make ETags weak."""
    wanted = [value.removeprefix("W/") for value in parse_etags(header)]
    return "*" in wanted or etag in wanted


def make_conditional(request: Request, response: Response) -> None:
    """Give a good answer to GET its ETag when it is rendered, and send only that where the client has it already."""
    if request.method not in ("GET", "HEAD") or response.status_code != 200 or not isinstance(response, Response):
        return

    def finish(rendered: HttpResponse) -> None:
        etag = _etag(rendered.content)
        rendered.headers["ETag"] = etag
        if matches(request.headers.get("If-None-Match", ""), etag):
            rendered.status_code = 304
            rendered.content = b""
            for name in ("Content-Type", "Content-Length"):
                rendered.headers.pop(name, None)

    response.add_post_render_callback(finish)
