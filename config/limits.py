"""What is turned away before it is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.api.problems import Problem, problem_response

# What a form holds besides its file: names, words, the boundaries between the fields.
_FORM_BYTES = 1_000_000
API_PATH = "/api/"


class UploadLimitMiddleware:
    """Answers 413 to a body that is longer than a form with the biggest allowed file, without reading it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.LIKENESS_MAX_UPLOAD_MB * 1_000_000 + _FORM_BYTES:
            text = (
                f"This upload is too big: files may have up to {settings.LIKENESS_MAX_UPLOAD_MB} MB. "
                "Choose a smaller one."
            )
            if request.path.startswith(API_PATH):
                return problem_response(Problem("too-large", text))
            return HttpResponse(text, status=413, content_type="text/plain; charset=utf-8")
        return self.get_response(request)
