"""What the person shown sees: the question, the receipt, the way back, their own page. No account, no JavaScript."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.throttling import client_address
from consent.errors import ConsentError
from consent.forms import AnswerForm, ReportForm
from consent.gate import Grantor, Scope, State
from consent.models import ConsentRequest
from consent.notices import LANGUAGES, known_language
from consent.organization_views import attachment, show_complaints
from consent.receipts import receipt_json, receipt_pdf
from consent.refusing import report_create
from consent.selectors import (
    Receipt,
    RequestState,
    media_url,
    receipt_data,
    receipt_of,
    receipt_url,
    request_by_receipt,
    request_by_token,
    request_notices,
    request_state,
    subject_by_token,
    subject_token,
)
from consent.services import challenge_issue, consent_answer, consent_withdraw
from consent.telling import export_of, made_of
from consent.wording import LANGUAGE_NAMES, page_words, scope_titles


def says_what_is_wrong(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A link that cannot be used is answered with a page that says why; nothing on these pages is cached."""

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ConsentError as error:
            status = {"link-unknown": 404, "too-often": 429}.get(error.code, 409)
            return render(request, "consent/closed.html", {"problem": error}, status=status)

    return never_cache(told)


@says_what_is_wrong
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Ask; record the answer; lead to the receipt."""
    consent_request = request_by_token(token)
    language = chosen_language(request, consent_request)
    form = AnswerForm(consent_request, request.POST or None, language=language)
    if form.is_valid():
        try:
            receipt = consent_answer(
                token=token,
                granted=form.granted,
                typed_name=form.cleaned_data["typed_name"],
                ip=client_address(request),
                user_agent=request.headers.get("User-Agent", ""),
                language=language,
                challenge=form.cleaned_data["challenge"],
            )
            return redirect(f"{reverse('consent:receipt', args=[receipt.token])}{_query(request)}")
        except ConsentError as error:
            if error.code not in ("challenge-wrong", "challenge-expired"):
                raise
            form.add_error("challenge", form.words[error.code.replace("challenge-", "words_")])
    state = request_state(consent_request)
    if state is not RequestState.OPEN:
        return render(request, "consent/closed.html", {"state": state.value}, status=409)
    return render(request, "consent/ask.html", _question(consent_request, form, language))


@says_what_is_wrong
@require_GET
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """What was answered, and the button that takes it back."""
    given = receipt_data(token)
    return render(request, "consent/receipt.html", _receipt(given, chosen_language(request, given.request)))


@says_what_is_wrong
@require_GET
def receipt_file(request: HttpRequest, token: str, suffix: str) -> HttpResponse:
    """The signed receipt, to be kept: JSON, or a PDF to be printed."""
    asked = request_by_receipt(token)
    if suffix == "pdf":
        return attachment(receipt_pdf(asked, address=receipt_url(asked)), f"receipt-{asked.pk}.pdf", "application/pdf")
    return attachment(receipt_json(asked), f"receipt-{asked.pk}.json", "application/json")


@says_what_is_wrong
@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Take everything back, or the scope that was named, at once and without a second question."""
    scope = request.POST.get("scope", "")
    consent_withdraw(
        token=token,
        scopes={Scope(scope)} if scope in set(Scope) else None,
        ip=client_address(request),
        user_agent=request.headers.get("User-Agent", ""),
    )
    return redirect(f"{reverse('consent:receipt', args=[token])}{_query(request)}")


@says_what_is_wrong
@require_GET
def about_me(request: HttpRequest, token: str) -> HttpResponse:
    """Everything that was ever asked and made of a person."""
    subject = subject_by_token(token)
    asked = [
        {"receipt": receipt_of(one), "answered": one.events.exists(), "request": one}
        for one in subject.requests.select_related("subject", "organization")
    ]
    context = {"subject": subject, "asked": asked, "made": made_of(subject), "token": token}
    return render(request, "consent/about_me.html", context)


@says_what_is_wrong
@require_GET
def about_me_export(request: HttpRequest, token: str) -> HttpResponse:
    """The same, to take along."""
    subject = subject_by_token(token)
    return attachment(export_of(subject), f"likeness-{subject.pk}.zip", "application/zip")


@says_what_is_wrong
@require_http_methods(["GET", "POST"])
def not_me(request: HttpRequest) -> HttpResponse:
    """Report a clip, register a photo that must not be used."""
    from rendering.engine.errors import PhotoError  # noqa: PLC0415  the engine is slow to load

    sent = request.method == "POST"
    clip = request.GET.get("clip", "")
    form = ReportForm(request.POST if sent else None, request.FILES if sent else None, initial={"clip_reference": clip})
    if sent and form.is_valid():
        photo = form.cleaned_data.pop("photo")
        form.cleaned_data.pop("true")
        try:
            report = report_create(
                **form.cleaned_data, photo=photo.read() if photo else b"", ip=client_address(request)
            )
            return render(request, "consent/not_me_done.html", {"report": report})
        except ValidationError as error:
            show_complaints(form, error)
        except PhotoError as error:
            form.add_error("photo", f"{error.message} {error.advice}")
    return render(request, "consent/not_me.html", {"form": form})


def chosen_language(request: HttpRequest, asked: ConsentRequest) -> str:
    """The language of the question, unless the person chose another one on the page."""
    chosen = request.GET.get("lang", "")
    return chosen if chosen in LANGUAGES else known_language(asked.language)


def _query(request: HttpRequest) -> str:
    chosen = request.GET.get("lang", "")
    return f"?lang={chosen}" if chosen in LANGUAGES else ""


def _question(consent_request: ConsentRequest, form: AnswerForm, language: str) -> dict[str, Any]:
    texts = request_notices(consent_request, language=language)
    return {
        "consent_request": consent_request,
        "for_guardian": consent_request.grantor_kind == Grantor.GUARDIAN,
        "photo_url": media_url(consent_request.photo_key),
        "recording_url": media_url(consent_request.recording_key) if consent_request.recording_key else "",
        "sample_url": media_url(consent_request.voice_sample_key) if consent_request.voice_sample_key else "",
        "form": form,
        "challenge_words": challenge_issue(consent_request, language=language).words,
        "questions": [{"field": form[scope.value], "text": notice.text} for scope, notice in texts.items()],
        "t": form.words,
        "language": language,
        "languages": LANGUAGE_NAMES.items(),
    }


def _receipt(given: Receipt, language: str) -> dict[str, Any]:
    titles = scope_titles(given.request, language=language)
    standing = {event.scope for event in given.answers if event.state == State.GRANTED} - given.withdrawn
    return {
        "receipt": given,
        "consent_request": given.request,
        "withdrawable": bool(standing),
        "signature": next((event.typed_name for event in given.answers if event.typed_name), ""),
        "answered_at": given.answers[0].at if given.answers else None,
        "answers": [
            {
                "scope": event.scope,
                "title": titles[Scope(event.scope)],
                "granted": event.scope in standing,
                "withdrawn": event.scope in given.withdrawn,
                "text": event.text,
            }
            for event in given.answers
        ],
        "several": len(standing) > 1,
        "t": page_words(given.request, language=language),
        "language": language,
        "languages": LANGUAGE_NAMES.items(),
        "own_token": subject_token(given.request.subject),
    }
