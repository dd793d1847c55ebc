"""What is open to anybody with an address, or to anybody: everything about me, no more letters, "not me"."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from accounts.throttling import client_address
from consent.face_register import face_forget
from consent.forms import ReportForm
from consent.gate import STATEMENT
from consent.letters import letters_allow, letters_stop, letters_unwanted
from consent.models import ConsentRequest, Subject
from consent.pages import attachment, chosen_language, page_context, says_what_is_wrong, show_complaints
from consent.refusing import report_create
from consent.selectors import RequestState, receipt_of, report_by_forget, request_by_stop, subject_by_token
from consent.telling import export_of, made_of


@says_what_is_wrong
@require_GET
def about_me(request: HttpRequest, token: str) -> HttpResponse:
    """Everything that was ever asked and made of a person."""
    subject = subject_by_token(token)
    language = chosen_language(request, _language_of(subject))
    context = page_context(language, name=subject.name)
    words = context["p"]
    asked = []
    for one in subject.requests.select_related("subject", "organization").prefetch_related("events"):
        receipt, answered = receipt_of(one), bool(one.events.all())
        state = receipt.state.value
        if receipt.state is RequestState.EXPIRED:
            state = "ended" if answered else "ignored"
        asked.append({"receipt": receipt, "answered": answered, "request": one, "said": words[f"state_{state}"]})
    made = [
        {"made": one, "what": words.get(one.what, one.what), "standing": words.get(one.standing, one.standing)}
        for one in made_of(subject)
    ]
    context |= {"subject": subject, "asked": asked, "made": made, "token": token}
    context["stated"] = subject.events.filter(scope=STATEMENT).order_by("-sequence")
    return render(request, "consent/about_me.html", context)


def _language_of(subject: Subject) -> str:
    """The language that the person was asked in last."""
    last = ConsentRequest.objects.filter(subject=subject).first()
    return last.language if last else subject.language


@says_what_is_wrong
@require_GET
def about_me_export(request: HttpRequest, token: str) -> HttpResponse:
    """The same, to take along."""
    subject = subject_by_token(token)
    return attachment(export_of(subject), f"likeness-{subject.pk}.zip", "application/zip")


@csrf_exempt
@says_what_is_wrong
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """No more questions by e-mail: from who asked, or from anybody here. A click undoes it."""
    asked = request_by_stop(token)
    wish = request.POST.get("wish", "") if request.method == "POST" else ""
    if wish == "again":
        letters_allow(email=asked.email)
    elif wish and asked.email:
        letters_stop(organization=None if wish == "all" else asked.organization, email=asked.email)
    context = page_context(chosen_language(request, asked.language), organization=asked.organization_name)
    stopped = bool(asked.email) and letters_unwanted(asked.organization, asked.email)
    return render(request, "consent/stop.html", context | {"stopped": stopped})


@csrf_exempt
@says_what_is_wrong
@require_http_methods(["GET", "POST"])
def forget(request: HttpRequest, token: str) -> HttpResponse:
    """Recognise the face no more that came with a report."""
    report = report_by_forget(token)
    if request.method == "POST":
        for opt_out in report.opt_outs.all():
            face_forget(opt_out)
    known = report.opt_outs.exclude(embedding=[]).exists()
    context = page_context(chosen_language(request, report.language)) | {"known": known}
    return render(request, "consent/forget.html", context)


@says_what_is_wrong
@require_http_methods(["GET", "POST"])
def not_me(request: HttpRequest) -> HttpResponse:
    """Report a clip, register a photo that must not be used."""
    from rendering.engine.errors import PhotoError  # noqa: PLC0415  the engine is slow to load

    sent = request.method == "POST"
    language = chosen_language(request)
    form = ReportForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        initial={"clip_reference": request.GET.get("clip", "")},
        language=language,
    )
    if sent and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("clip_reference", "name", "email", "message")}
        photo = form.cleaned_data["photo"]
        try:
            report = report_create(
                **values,
                photo=photo.read() if photo else b"",
                ip=client_address(request),
                language=language,
                recognise=form.cleaned_data.get("recognise", False),
            )
        except ValidationError as error:
            show_complaints(form, error)
        except PhotoError as error:
            said = f"{error.message} {error.advice}" if language == "en" else form.words["photo_wrong"]
            form.add_error("photo", said)
        else:
            context = page_context(language, due=report.due_at.strftime("%Y-%m-%d %H:%M"))
            return render(request, "consent/not_me_done.html", context | {"report": report})
    return render(request, "consent/not_me.html", page_context(language) | {"form": form})
