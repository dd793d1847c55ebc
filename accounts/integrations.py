"""The pages for programs: API keys, webhooks, and the log of what was sent."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.api.keys import NewKey, access_api_key, api_key_create, api_key_revoke, api_key_rotate, keys_of
from accounts.integration_forms import EndpointForm, KeyForm
from accounts.models import Organization
from accounts.permissions import Act
from accounts.tenancy import in_organization, signed_in
from accounts.webhooks.models import DeliveryState
from accounts.webhooks.selectors import access_delivery, access_endpoint, deliveries_of, endpoints_of
from accounts.webhooks.services import (
    delivery_replay,
    endpoint_change,
    endpoint_create,
    endpoint_delete,
    endpoint_test,
    secret_rotate,
)
from accounts.webhooks.signing import body_of, secret_of

UNPROCESSABLE = 422
LOG_A_PAGE = 25


@never_cache
@require_http_methods(["GET", "POST"])
@in_organization(act=Act.INTEGRATE)
def keys(request: HttpRequest, organization: Organization) -> HttpResponse:
    """All keys, and a form for another one; a new one is shown in the answer to its form, and never again."""
    form = KeyForm(request.POST or None)
    if form.is_valid():
        try:
            made = api_key_create(organization=organization, acting_user=signed_in(request), **form.values())
        except ValidationError as error:
            _complain(form, error)
        else:
            return _keys_page(request, organization, KeyForm(), made)
    return _keys_page(request, organization, form)


@never_cache
@require_POST
@login_required
def key_rotate(request: HttpRequest, key_id: str) -> HttpResponse:
    """A new secret, shown once."""
    user = signed_in(request)
    key = access_api_key(user, key_id)
    try:
        made = api_key_rotate(organization=key.organization, acting_user=user, key=key)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("accounts:api_keys")
    return _keys_page(request, key.organization, KeyForm(), made)


@require_POST
@login_required
def key_revoke(request: HttpRequest, key_id: str) -> HttpResponse:
    """End a key."""
    user = signed_in(request)
    key = access_api_key(user, key_id)
    if api_key_revoke(organization=key.organization, acting_user=user, key=key):
        messages.success(request, f"“{key.name}” opens nothing any more.")
    return redirect("accounts:api_keys")


def _keys_page(
    request: HttpRequest, organization: Organization, form: KeyForm, made: NewKey | None = None
) -> HttpResponse:
    context = {"form": form, "made": made, "keys": keys_of(organization).prefetch_related("replaced_by")}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "accounts/integrations/keys.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@in_organization(act=Act.INTEGRATE)
def webhooks(request: HttpRequest, organization: Organization) -> HttpResponse:
    """All endpoints, and a form for another one."""
    form = EndpointForm(request.POST or None)
    if form.is_valid():
        try:
            made = endpoint_create(organization=organization, acting_user=signed_in(request), **form.cleaned_data)
            return redirect("accounts:webhook", made.pk)
        except ValidationError as error:
            _complain(form, error)
    context = {"form": form, "endpoints": endpoints_of(organization)}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "accounts/integrations/webhooks.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def webhook(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    """One endpoint: what it is told, its secret, and its log."""
    user = signed_in(request)
    endpoint = access_endpoint(user, endpoint_id)
    form = EndpointForm.of(endpoint, request.POST or None)
    if form.is_valid():
        try:
            endpoint_change(
                organization=endpoint.organization, acting_user=user, endpoint=endpoint, **form.cleaned_data
            )
            messages.success(request, "Kept.")
            return redirect("accounts:webhook", endpoint.pk)
        except ValidationError as error:
            _complain(form, error)
    log = deliveries_of(endpoint.organization).filter(endpoint=endpoint)
    page = Paginator(log, LOG_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "endpoint": endpoint,
        "secret": secret_of(endpoint),
        "form": form,
        "page": page,
        # The log asks for itself again while something in it has not been tried.
        "waiting": any(one.state == DeliveryState.PENDING and not one.tries for one in page),
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "accounts/integrations/webhook.html", context, status=status)


@require_POST
@login_required
def webhook_do(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    """What its buttons do: send a test, a new secret, switch on or off, delete."""
    user = signed_in(request)
    endpoint = access_endpoint(user, endpoint_id)
    common: dict[str, Any] = {"organization": endpoint.organization, "acting_user": user, "endpoint": endpoint}
    try:
        match request.POST.get("do"):
            case "test":
                endpoint_test(**common)
                messages.success(request, "A test is on its way. It stands in the log below.")
            case "rotate":
                secret_rotate(**common)
                messages.success(request, "There is a new secret. For a day the old one signs too.")
            case "on" | "off" as switch:
                endpoint_change(**common, enabled=switch == "on")
                messages.success(request, "It is switched on." if switch == "on" else "It is switched off.")
            case "delete":
                endpoint_delete(**common)
                messages.success(request, "The endpoint and its log are gone.")
                return redirect("accounts:webhooks")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("accounts:webhook", endpoint.pk)


@never_cache
@require_GET
@login_required
def delivery(request: HttpRequest, delivery_id: str) -> HttpResponse:
    """One delivery: what was sent, each try, and what came back."""
    found = access_delivery(signed_in(request), delivery_id)
    context = {
        "delivery": found,
        "endpoint": found.endpoint,
        "body": json.dumps(json.loads(body_of(found.event)), indent=2, ensure_ascii=False),
    }
    return render(request, "accounts/integrations/delivery.html", context)


@require_POST
@login_required
def delivery_again(request: HttpRequest, delivery_id: str) -> HttpResponse:
    """Send it once more."""
    user = signed_in(request)
    found = access_delivery(user, delivery_id)
    try:
        delivery_replay(organization=found.organization, acting_user=user, delivery=found)
        messages.success(request, "It is on its way once more.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("accounts:webhook", found.endpoint_id)


def _complain(form: Form, error: ValidationError) -> None:
    for field, complaints in getattr(error, "message_dict", {"": error.messages}).items():
        for complaint in complaints:
            form.add_error(field if field in form.fields else None, complaint)
