"""What those who ask see: their questions and the answers, whole classes, statements, and appeals."""

from contextlib import suppress

from django.contrib import messages
from django.contrib.auth.decorators import login_required, user_passes_test
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Organization
from accounts.permissions import Act
from accounts.scopes import across_tenants
from accounts.tenancy import in_organization, signed_in
from consent.classes import access_batch, class_ask, class_overview, read_list
from consent.errors import ConsentError
from consent.forms import AppealForm, ClassForm, LinkForm, SendForm, StatementForm, TermsForm
from consent.gate import STATEMENT, Scope
from consent.models import ConsentBatch
from consent.pages import attachment, show_complaints
from consent.receipts import receipt_json, receipt_pdf
from consent.refusing import access_appeal, appeal_write
from consent.selectors import (
    RequestState,
    access_consent_request,
    access_subject,
    media_url,
    receipt_of,
    request_state,
    request_url,
    requests_of,
)
from consent.selfies import selfie_decide, selfies_waiting
from consent.services import (
    consent_request_change,
    consent_request_renew,
    consent_request_send,
    spoken_decide,
    statement_record,
    subject_asked_by_link,
)
from consent.speaking import spoken_waiting

SHOWN = 200


@never_cache
@require_GET
@in_organization
def questions(request: HttpRequest, organization: Organization) -> HttpResponse:
    """All questions of the organisation, and its classes."""
    asked = [{"request": one, "state": request_state(one).value} for one in requests_of(organization)[:SHOWN]]
    batches = ConsentBatch.objects.filter(organization=organization)
    return render(request, "consent/questions.html", {"asked": asked, "batches": batches})


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def request_page(request: HttpRequest, request_id: str) -> HttpResponse:
    """One question and what became of it; as long as it is open it can be sent."""
    act = Act.VIEW if request.method == "GET" else Act.ASK_CONSENT
    asked = access_consent_request(signed_in(request), request_id, act=act)
    form = SendForm(request.POST or None, initial={"email": asked.email})
    if form.is_valid():
        try:
            consent_request_send(
                organization=asked.organization,
                acting_user=signed_in(request),
                request=asked,
                email=form.cleaned_data["email"],
            )
            messages.success(request, "The link was sent.")
            return redirect("consent:request", asked.pk)
        except ValidationError as error:
            show_complaints(form, error)
    state = request_state(asked)
    context = {
        "consent_request": asked,
        "receipt": receipt_of(asked),
        "state": state.value,
        "link": request_url(asked) if state is RequestState.OPEN else "",
        "form": form,
        "selfie_waits": selfies_waiting().filter(request=asked).exists(),
    }
    return render(request, "consent/request.html", context)


@never_cache
@require_GET
@login_required
def request_receipt(request: HttpRequest, request_id: str, suffix: str) -> HttpResponse:
    """The organisation's copy of the signed receipt."""
    asked = access_consent_request(signed_in(request), request_id)
    if suffix == "pdf":
        return attachment(receipt_pdf(asked), f"consent-{asked.pk}.pdf", "application/pdf")
    return attachment(receipt_json(asked), f"consent-{asked.pk}.json", "application/json")


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def request_change(request: HttpRequest, request_id: str) -> HttpResponse:
    """Ask about the same on other terms: a topic, advertising, the public, another language."""
    asked = access_consent_request(signed_in(request), request_id, act=Act.ASK_CONSENT)
    now = {name: getattr(asked, name) for name in ("topic", "purpose", "audience", "language")}
    uses = {scope.value: scope in asked.scopes for scope in (Scope.COMMERCIAL, Scope.PUBLIC)}
    sent = request.method == "POST"
    form = TermsForm(request.POST if sent else None, request.FILES if sent else None, initial=now | uses)
    if form.is_valid():
        values = form.cleaned_data
        recording = values.pop("voice_recording")
        try:
            changed = consent_request_change(
                organization=asked.organization,
                acting_user=signed_in(request),
                request=asked,
                uses=[scope for scope in (Scope.COMMERCIAL, Scope.PUBLIC) if values.pop(scope.value)],
                voice_recording=recording.read() if recording and values["clone"] else b"",
                **values,
            )
            return redirect("consent:request", changed.pk)
        except ValidationError as error:
            show_complaints(form, error)
    return render(request, "consent/terms.html", {"consent_request": asked, "form": form})


@require_POST
@login_required
def request_renew(request: HttpRequest, request_id: str) -> HttpResponse:
    """Ask the same once more."""
    asked = access_consent_request(signed_in(request), request_id, act=Act.ASK_CONSENT)
    try:
        renewal = consent_request_renew(organization=asked.organization, acting_user=signed_in(request), request=asked)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("consent:request", asked.pk)
    return redirect("consent:request", renewal.pk)


@never_cache
@require_http_methods(["GET", "POST"])
@in_organization
def class_new(request: HttpRequest, organization: Organization) -> HttpResponse:
    """Ask the guardians of a whole class."""
    form = ClassForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            batch = class_ask(
                organization=organization,
                acting_user=signed_in(request),
                name=values["name"],
                pupils=read_list(values["pupils"]),
                photos={str(photo.name): photo.read() for photo in values["photos"]},
                topic=values["topic"],
                voice=values["voice"],
                voice_label=form.voices[values["voice"]],
                purpose=values["purpose"],
                audience=values["audience"],
                language=values["language"],
            )
            return redirect("consent:class", batch.pk)
        except ValidationError as error:
            show_complaints(form, error)
    return render(request, "consent/class_new.html", {"form": form})


@never_cache
@require_GET
@login_required
def class_page(request: HttpRequest, batch_id: str) -> HttpResponse:
    """Who answered."""
    batch = access_batch(signed_in(request), batch_id)
    lines = class_overview(batch)
    context = {"batch": batch, "lines": lines, "available": sum(line.available for line in lines)}
    return render(request, "consent/class.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def subject_page(request: HttpRequest, subject_id: str) -> HttpResponse:
    """Somebody who cannot be asked: what was stated, by whom, with which document, and what a moderator said."""
    act = Act.VIEW if request.method == "GET" else Act.ASK_CONSENT
    subject = access_subject(signed_in(request), subject_id, act=act)
    stating = request.method == "POST"
    form = StatementForm(
        request.POST if stating else None,
        request.FILES if stating else None,
        initial={"statement": subject.statement, "source": subject.statement_source},
    )
    if stating and form.is_valid():
        document = form.cleaned_data.pop("evidence")
        try:
            statement_record(
                organization=subject.organization,
                acting_user=signed_in(request),
                subject=subject,
                **form.cleaned_data,
                evidence=document.read() if document else b"",
            )
            messages.success(request, "The statement is on record.")
            return redirect("consent:subject", subject.pk)
        except ValidationError as error:
            show_complaints(form, error)
    events = subject.events.filter(request=None).order_by("-sequence")
    stated = events.filter(scope=STATEMENT).first()
    link_form = LinkForm(subject, initial={"authority": subject.decided_by, "name": subject.guardian_name})
    context = {"subject": subject, "form": form, "events": events, "stated": stated, "link_form": link_form}
    return render(request, "consent/subject.html", context)


@require_POST
@login_required
def subject_link(request: HttpRequest, subject_id: str) -> HttpResponse:
    """Have the executor, the rights holder or the family asked by a link."""
    subject = access_subject(signed_in(request), subject_id, act=Act.ASK_CONSENT)
    form = LinkForm(subject, request.POST)
    if form.is_valid():
        subject_asked_by_link(
            organization=subject.organization, acting_user=signed_in(request), subject=subject, **form.cleaned_data
        )
        asked = bool(form.cleaned_data["authority"])
        messages.success(
            request, "They are asked with the next clip." if asked else "Nobody is asked: a statement stands."
        )
    return redirect("consent:subject", subject.pk)


@never_cache
@require_http_methods(["GET", "POST"])
@user_passes_test(lambda user: user.is_active and user.is_staff)
@across_tenants("moderators listen for every organisation")
def spoken(request: HttpRequest) -> HttpResponse:
    """For moderators: recordings of three words that nothing here could check, to be listened to."""
    if request.method == "POST":
        proof = get_object_or_404(spoken_waiting(), pk=request.POST.get("proof", ""))
        with suppress(ConsentError):
            # Somebody else may have decided, or all of it was withdrawn: the list shows what is left.
            spoken_decide(acting_user=signed_in(request), proof=proof, accepted=request.POST.get("heard") == "yes")
        return redirect("consent:spoken")
    waiting = [
        {
            "proof": proof,
            "url": media_url(proof.file_key) if proof.file_key else "",
            "sample": media_url(proof.request.voice_sample_key) if proof.request.voice_sample_key else "",
            "percent": None if proof.likeness is None else round(100 * proof.likeness),
        }
        for proof in spoken_waiting()
    ]
    return render(request, "consent/spoken.html", {"waiting": waiting})


@never_cache
@require_http_methods(["GET", "POST"])
@user_passes_test(lambda user: user.is_active and user.is_staff)
@across_tenants("moderators look for every organisation")
def selfies(request: HttpRequest) -> HttpResponse:
    """For moderators: a yes that came after a selfie which did not match, to be looked at; the selfie is gone."""
    if request.method == "POST":
        check = get_object_or_404(selfies_waiting(), pk=request.POST.get("check", ""))
        with suppress(ConsentError):
            # As with the spoken words.
            selfie_decide(acting_user=signed_in(request), check=check, accepted=request.POST.get("seen") == "yes")
        return redirect("consent:selfies")
    waiting = [
        {"check": check, "photo_url": media_url(check.request.photo_key) if check.request.photo_key else ""}
        for check in selfies_waiting()
    ]
    return render(request, "consent/selfies.html", {"waiting": waiting})


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def appeal(request: HttpRequest, appeal_id: str) -> HttpResponse:
    """An upload that was refused, and what speaks for it."""
    found = access_appeal(signed_in(request), appeal_id)
    form = AppealForm(request.POST or None, initial={"reason": found.reason})
    if form.is_valid():
        try:
            appeal_write(
                organization=found.organization,
                acting_user=signed_in(request),
                appeal=found,
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, "A moderator will look at it.")
            return redirect("consent:appeal", found.pk)
        except ValidationError as error:
            show_complaints(form, error)
    return render(request, "consent/appeal.html", {"appeal": found, "form": form})
