"""What the person shown sees: the question, the receipt, the way back. No account, no JavaScript, no cookie.

The address is the key: whoever has it may do what the page does, and nobody else knows it. So these pages need no token
against forged forms, and work where a browser keeps no cookies.
"""

import hashlib
import secrets
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Membership, User
from accounts.throttling import client_address
from consent import errors
from consent.comparing import Outcome
from consent.errors import ConsentError
from consent.forms import AnswerForm
from consent.gate import Scope, State, SubjectKind, VoiceKind
from consent.models import ConsentRequest
from consent.notices import day_words
from consent.pages import attachment, chosen_language, language_query, page_context, says_what_is_wrong
from consent.receipts import receipt_json, receipt_pdf
from consent.samples import has_sample, sample_key
from consent.selectors import (
    Receipt,
    RequestState,
    media_url,
    receipt_data,
    receipt_url,
    request_by_receipt,
    request_by_token,
    request_notices,
    request_state,
    stop_url,
    subject_token,
    voice_of,
)
from consent.selfie_upload import InMemory
from consent.selfies import selfies_waiting
from consent.services import challenge_issue, consent_answer, consent_withdraw, receipt_send_again
from consent.speaking import spoken_waiting
from consent.wording import page_words, scope_titles

ONCE_SECONDS = 600
# What is wrong with an answer and can be put right on the page: which field it is about, and the text beside it.
_BESIDE = {
    "challenge-missing": ("challenge", "words_missing"),
    "challenge-wrong": ("challenge", "words_wrong"),
    "challenge-expired": ("challenge", "words_expired"),
    "voice-missing": ("spoken", "spoken_missing"),
    "voice-differs": ("spoken", "spoken_differs"),
    "recording-unusable": ("spoken", "spoken_unusable"),
    **{
        f"selfie-{what}": ("selfie", f"selfie_{what.replace('-', '_')}")
        for what in ("unusable", "no-face", "faces", "same", "useless", "too-often", "unsure", "differs")
    },
}


@csrf_exempt
@says_what_is_wrong
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Ask; record the answer; lead to the receipt."""
    request.upload_handlers.insert(0, InMemory(request))
    asked = request_by_token(token)
    language = chosen_language(request, asked.language)
    onlooker = asks_it(request, asked)
    form = AnswerForm(asked, request.POST or None, request.FILES or None, language=language)
    if request.method == "POST":
        if onlooker:
            raise errors.not_for_members()
        if sent_before := cache.get(_once(token, request.POST.get("once", ""))):
            return redirect(sent_before)
    state = request_state(asked)
    if state is not RequestState.OPEN:
        return _closed(request, asked, token, state, language)
    if form.is_valid() and (address := _recorded(request, token, form, language)):
        cache.set(_once(token, form.cleaned_data["once"]), address, ONCE_SECONDS)
        return redirect(address)
    return render(request, "consent/ask.html", _question(asked, form, language, token=token, onlooker=onlooker))


def _recorded(request: HttpRequest, token: str, form: AnswerForm, language: str) -> str:
    """The address of the receipt, or "" with the reasons beside the fields."""
    try:
        given = consent_answer(
            token=token,
            granted=form.granted,
            typed_name=form.cleaned_data["typed_name"],
            ip=client_address(request),
            user_agent=request.headers.get("User-Agent", ""),
            language=language,
            challenge=form.cleaned_data["challenge"],
            evidence=form.document,
            receipt_to=form.cleaned_data.get("receipt_to", ""),
            spoken=form.recording,
            selfie=form.own_picture,
            selfie_agreed=form.cleaned_data.get("selfie_agreed", False),
        )
    except ConsentError as error:
        if error.code not in _BESIDE:
            raise
        field, text = _BESIDE[error.code]
        if error.code == "challenge-wrong" and form.cleaned_data.get("spoken") and form.hears:
            field, text = "spoken", "spoken_unheard"
        form.add_error(field if field in form.fields else None, form.words[text])
    except ValidationError:
        form.add_error("evidence", form.words["evidence_wrong"])
    else:
        return f"{reverse('consent:receipt', args=[given.token])}{language_query(request)}"
    return ""


def _once(token: str, number: str) -> str:
    """Where it is remembered that a form with this number was sent. Without a number there is nothing to remember."""
    number = number or secrets.token_hex(8)
    return "consent-answer:" + hashlib.sha256(f"{token} {number}".encode()).hexdigest()


def asks_it(request: HttpRequest, asked: ConsentRequest) -> bool:
    """Whether a member of the organisation that asks is looking, who cannot answer; one who is shown answers."""
    user = request.user
    if not isinstance(user, User):
        return False
    if not Membership.objects.filter(user=user, organization=asked.organization).exists():
        return False
    return not (asked.subject.kind == SubjectKind.SELF and asked.subject.created_by_id == user.pk)


def _closed(
    request: HttpRequest, asked: ConsentRequest, token: str, state: RequestState, language: str
) -> HttpResponse:
    answered = asked.events.exists()
    known = {RequestState.WITHDRAWN: "withdrawn", RequestState.EXPIRED: "ended" if answered else "expired"}
    context = page_context(language) | {
        "state": known.get(state, "answered"),
        "token": token if answered else "",
        "sent": request.GET.get("sent", ""),
    }
    return render(request, "consent/closed.html", context, status=409)


@csrf_exempt
@says_what_is_wrong
@require_POST
def receipt_again(request: HttpRequest, token: str) -> HttpResponse:
    """Send the receipt of an answered link to where it went before."""
    receipt_send_again(token=token)
    language = chosen_language(request, request_by_token(token).language)
    return redirect(f"{reverse('consent:answer', args=[token])}?lang={language}&sent=1")


@says_what_is_wrong
@require_GET
def voice(request: HttpRequest, token: str) -> HttpResponse:
    """How the voice would sound, as long as it is asked about."""
    asked = request_by_token(token)
    key = sample_key(asked) if request_state(asked) is RequestState.OPEN else ""
    if not key:
        raise Http404
    return redirect(media_url(key))


@says_what_is_wrong
@require_GET
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """What was answered, and the button that takes it back."""
    given = receipt_data(token)
    return render(request, "consent/receipt.html", _receipt(given, chosen_language(request, given.request.language)))


@says_what_is_wrong
@require_GET
def receipt_file(request: HttpRequest, token: str, suffix: str) -> HttpResponse:
    """The signed receipt, to be kept: JSON, or a PDF to be printed."""
    asked = request_by_receipt(token)
    if suffix == "pdf":
        return attachment(receipt_pdf(asked, address=receipt_url(asked)), f"receipt-{asked.pk}.pdf", "application/pdf")
    return attachment(receipt_json(asked), f"receipt-{asked.pk}.json", "application/json")


@csrf_exempt
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
    return redirect(f"{reverse('consent:receipt', args=[token])}{language_query(request)}")


def _question(asked: ConsentRequest, form: AnswerForm, language: str, *, token: str, onlooker: bool) -> dict[str, Any]:
    texts = request_notices(asked, language=language)
    public = Scope.PUBLIC.value in asked.scopes
    return page_context(language) | {
        "consent_request": asked,
        "token": token,
        "photo_url": media_url(asked.photo_key) if asked.photo_key else "",
        "recording_url": media_url(asked.recording_key) if asked.recording_key else "",
        "speaks": has_sample(asked),
        "clone": asked.voice_kind == VoiceKind.CLONED,
        "form": form,
        "once": form["once"].value() or secrets.token_hex(16),
        "challenge_words": "" if onlooker else _challenge_words(asked, language),
        "questions": [{"field": form[scope.value], "text": notice.sentence} for scope, notice in texts.items()],
        "terms": next(notice.terms for notice in texts.values()),
        "voice": voice_of(asked, language=language),
        "t": form.words | {"sees_text": form.words["sees_public" if public else "sees_inside"]},
        "onlooker": onlooker,
        "stop_url": stop_url(asked) if asked.email else "",
    }


def _challenge_words(asked: ConsentRequest, language: str) -> str:
    """The three words; "" after too many tries, which must not keep anybody from reading on, or from a no."""
    try:
        return challenge_issue(asked, language=language).words
    except ConsentError:
        return ""


def _terms_of(given: Receipt) -> str:
    """The terms that all the answers have in common, as they were shown; "" where there are none."""
    if not given.answers:
        return ""
    shown = request_notices(given.request, language=given.answers[0].language)
    terms = next(notice.terms for notice in shown.values())
    return terms if all(event.text.endswith(terms) for event in given.answers) else ""


def _without_terms(text: str, terms: str) -> str:
    return text.removesuffix(terms).rstrip() if terms else text


def _selfie_words(outcome: str) -> str:
    """Under which name the page's words tell what came of a selfie; "" without one."""
    if not outcome:
        return ""
    return "selfie_matched" if outcome == Outcome.MATCHED else "selfie_doubted"


def _receipt(given: Receipt, language: str) -> dict[str, Any]:
    titles = scope_titles(given.request, language=language)
    terms = _terms_of(given)
    standing = {event.scope for event in given.answers if event.state == State.GRANTED} - given.withdrawn
    words = page_words(given.request, language=language)
    waits = {
        Scope.FACE: ("waits_face", selfies_waiting()),
        Scope.CLONE: ("waits_text", spoken_waiting()),
    }
    waiting = [
        {"title": titles[scope], "text": words[text]}
        for scope, (text, rows) in waits.items()
        if rows.filter(request=given.request).exists()
    ]
    return page_context(language) | {
        "receipt": given,
        "consent_request": given.request,
        "withdrawable": bool(standing) or bool(waiting),
        "signature": next((event.typed_name for event in given.answers if event.typed_name), ""),
        "answered_at": given.answers[0].at if given.answers else None,
        "holds_until": day_words(given.request.holds_until.date(), language),
        "answers": [
            {
                "scope": event.scope,
                "title": titles[Scope(event.scope)],
                "granted": event.scope in standing,
                "withdrawn": event.scope in given.withdrawn,
                "text": _without_terms(event.text, terms),
                "selfie": words.get(_selfie_words(event.selfie_outcome), ""),
            }
            for event in given.answers
        ],
        "terms": terms,
        "several": len(standing) > 1,
        "waits": waiting,
        "t": words,
        "own_token": subject_token(given.request.subject),
    }
