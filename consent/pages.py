"""What the consent pages share: their language, what they say when a link is wrong, files to be saved."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.cache import never_cache

from accounts.scopes import across_tenants
from consent.errors import ConsentError
from consent.notices import LANGUAGES, known_language
from consent.wording import LANGUAGE_NAMES
from consent.wording_pages import problem_in, words_of

_STATUS = {"link-unknown": 404, "not-for-members": 403, "too-often": 429}


def says_what_is_wrong(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A link that cannot be used is answered with a page that says why; nothing on these pages is cached.

    Who opens them belongs to no organisation: the link says whose rows are shown.
    """

    @wraps(view)
    @across_tenants("the person shown opens the rows that their own link names")
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ConsentError as error:
            language = chosen_language(request)
            problem, advice = problem_in(error, language)
            context = page_context(language) | {"problem": problem, "advice": advice}
            return render(request, "consent/closed.html", context, status=_STATUS.get(error.code, 409))

    return never_cache(told)


def chosen_language(request: HttpRequest, default: str = "") -> str:
    """The language that the person chose on the page; else `default`; else what their browser asks for."""
    chosen = request.GET.get("lang", "")
    if chosen in LANGUAGES:
        return chosen
    if default:
        return known_language(default)
    wanted = (
        code.partition("-")[0] for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    )
    return next((code for code in wanted if code in LANGUAGES), LANGUAGES[0])


def language_query(request: HttpRequest) -> str:
    """What a redirect has to carry so that the next page speaks the same language."""
    chosen = request.GET.get("lang", "")
    return f"?lang={chosen}" if chosen in LANGUAGES else ""


def page_context(language: str, **values: str) -> dict[str, Any]:
    """What every page in the person's language needs; `values` fill the texts `p`."""
    return {"language": language, "languages": LANGUAGE_NAMES.items(), "p": words_of(language, **values)}


def attachment(content: bytes, name: str, content_type: str) -> HttpResponse:
    """A file to be saved."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)


def show_complaints(form: Form, error: ValidationError) -> None:
    """What a service refused, beside the field that it is about, or above the form."""
    for field, complaints in getattr(error, "message_dict", {"": error.messages}).items():
        for complaint in complaints:
            form.add_error(field if field in form.fields else None, complaint)
