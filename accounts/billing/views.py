"""The page of plan and credits, and the address that Stripe calls."""

import logging
import uuid
from collections.abc import Callable

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from accounts.billing.checkout import pack_checkout, plan_checkout, portal_open, trial_is_offered
from accounts.billing.client import PaymentTrouble
from accounts.billing.events import BadSignature, checkout_settle, event_receive
from accounts.billing.forms import LimitForm, OnceForm, ProductForm
from accounts.billing.mode import plans_are_sold
from accounts.billing.models import Checkout
from accounts.billing.overage import overage_cap_set
from accounts.billing.selectors import history_page, invoices_page, offers, standing_of
from accounts.billing.subscriptions import (
    plan_change,
    plan_preview,
    subscription_cancel,
    subscription_of,
    subscription_resume,
)
from accounts.models import Organization
from accounts.permissions import Act
from accounts.tenancy import in_organization, signed_in

logger = logging.getLogger(__name__)

MOST_EVENT_BYTES = 1_000_000
_OLD_FORM = "This form is an old one. Load the page again, and press the button once more."


@never_cache
@require_GET
@in_organization(act=Act.PAY)
def page(request: HttpRequest, organization: Organization) -> HttpResponse:
    """Balance, plan, packs, limit, history."""
    return _page(request, organization)


def _page(
    request: HttpRequest, organization: Organization, form: LimitForm | None = None, *, status: int = 200
) -> HttpResponse:
    standing = standing_of(organization)
    entries, history = history_page(organization, request.GET.get("page"))
    context = {
        "organization": organization,
        "standing": standing,
        "sold": plans_are_sold(),
        "contact": settings.LIKENESS_OPERATOR_CONTACT,
        "entries": entries,
        "history": history,
        "once": uuid.uuid4().hex,
        "limit_form": form or LimitForm(initial={"minutes": standing.overage_cap // 60}),
    }
    if plans_are_sold():
        context["plans"], context["packs"], context["overage_price"] = offers(organization, standing.subscription)
        context["trial_seconds"] = context["plans"][0].product.trial_seconds if context["plans"] else 0
        context["trial_days"] = (
            settings.LIKENESS_TRIAL_DAYS if trial_is_offered(organization, signed_in(request)) else 0
        )
    response = render(request, "billing/page.html", context, status=status)
    # The forms of this page lead on to Stripe's pages, which a browser counts as a form's target.
    response.form_targets = settings.LIKENESS_BILLING_PAGES if plans_are_sold() else []  # type: ignore[attr-defined]
    return response


@never_cache
@require_GET
@in_organization(act=Act.PAY)
def invoices(request: HttpRequest, organization: Organization) -> HttpResponse:
    """The part of the page with the invoices, which stand at Stripe."""
    _only_where_plans_are_sold()
    try:
        lines, after = invoices_page(organization, request.GET.get("after", "")[:100])
    except PaymentTrouble:
        return render(request, "billing/invoices.html", {"trouble": True})
    return render(request, "billing/invoices.html", {"invoices": lines, "after": after})


@never_cache
@require_GET
@in_organization(act=Act.PAY)
def change(request: HttpRequest, organization: Organization) -> HttpResponse:
    """What another plan would cost now, before it is changed."""
    _only_where_plans_are_sold()
    wanted = request.GET.get("product", "")
    try:
        preview = plan_preview(organization=organization, acting_user=signed_in(request), plan=wanted)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("billing:page")
    except PaymentTrouble as error:
        messages.error(request, str(error))
        return redirect("billing:page")
    context = {"organization": organization, "change": preview, "now": subscription_of(organization)}
    return render(request, "billing/change.html", {**context, "once": uuid.uuid4().hex})


@require_POST
@in_organization(act=Act.PAY)
def plan(request: HttpRequest, organization: Organization) -> HttpResponse:
    """Choose a plan: to Stripe's checkout, or, where there is a plan already, a change of it."""
    form = ProductForm(request.POST)

    def choose() -> str | None:
        chosen = {"plan": form.cleaned_data["product"], "once": form.cleaned_data["once"]}
        if subscription_of(organization) is None:
            return plan_checkout(organization=organization, acting_user=signed_in(request), **chosen)
        plan_change(organization=organization, acting_user=signed_in(request), **chosen)
        return None

    return _answer(request, form, choose, done="Your plan was changed.")


@require_POST
@in_organization(act=Act.PAY)
def pack(request: HttpRequest, organization: Organization) -> HttpResponse:
    """Buy a pack, at Stripe's checkout."""
    form = ProductForm(request.POST)
    return _answer(
        request,
        form,
        lambda: pack_checkout(
            organization=organization,
            acting_user=signed_in(request),
            pack=form.cleaned_data["product"],
            once=form.cleaned_data["once"],
        ),
    )


@require_POST
@in_organization(act=Act.PAY)
def portal(request: HttpRequest, organization: Organization) -> HttpResponse:
    """Cards, addresses and tax numbers, at Stripe."""
    form = OnceForm(request.POST)
    return _answer(
        request, form, lambda: portal_open(organization=organization, acting_user=signed_in(request))
    )  # fmt: skip


@require_POST
@in_organization(act=Act.PAY)
def cancel(request: HttpRequest, organization: Organization) -> HttpResponse:
    """End the plan with the month that is paid."""
    form = OnceForm(request.POST)
    return _answer(
        request,
        form,
        lambda: subscription_cancel(
            organization=organization, acting_user=signed_in(request), once=form.cleaned_data["once"]
        ),
        done="Your plan ends with the month that is paid. Until then nothing changes.",
    )


@require_POST
@in_organization(act=Act.PAY)
def resume(request: HttpRequest, organization: Organization) -> HttpResponse:
    """Go on after all."""
    form = OnceForm(request.POST)
    return _answer(
        request,
        form,
        lambda: subscription_resume(
            organization=organization, acting_user=signed_in(request), once=form.cleaned_data["once"]
        ),
        done="Your plan goes on.",
    )


@require_POST
@in_organization(act=Act.PAY)
def limit(request: HttpRequest, organization: Organization) -> HttpResponse:
    """How much may be made and billed beyond the plan."""
    _only_where_plans_are_sold()
    form = LimitForm(request.POST)
    if not form.is_valid():
        return _page(request, organization, form, status=422)
    overage_cap_set(organization=organization, acting_user=signed_in(request), seconds=form.seconds)
    messages.success(request, "The limit is set.")
    return redirect("billing:page")


@never_cache
@require_GET
@in_organization(act=Act.PAY)
def done(request: HttpRequest, organization: Organization) -> HttpResponse:
    """Back from the checkout: what was paid is looked up at Stripe, whose webhook may come a little later."""
    session = request.GET.get("session", "")
    if not Checkout.objects.filter(organization=organization, stripe_id=session).exists():
        raise Http404
    try:
        checkout_settle(session)
    except PaymentTrouble:
        logger.warning("A checkout could not be looked up when its buyer came back; its webhook will tell")
    messages.success(request, "Thank you. What you bought is here as soon as the payment went through.")
    return redirect("billing:page")


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Stripe tells what happened. 200: it is done, or was; 400: not from Stripe; 503: send it again later."""
    _only_where_plans_are_sold()
    if len(request.body) > MOST_EVENT_BYTES:
        return HttpResponse("too long\n", status=413, content_type="text/plain")
    try:
        event_receive(payload=request.body, signature=request.headers.get("Stripe-Signature", ""))
    except BadSignature as error:
        logger.warning("A call of the address for Stripe's events was turned away: %s", error)
        return HttpResponse("turned away\n", status=400, content_type="text/plain")
    except Exception:
        logger.exception("An event of Stripe could not be handled; it will be sent again")
        return HttpResponse("send it again\n", status=503, content_type="text/plain")
    return HttpResponse("thank you\n", content_type="text/plain")


def _answer(request: HttpRequest, form: forms.Form, act: Callable[[], str | None], *, done: str = "") -> HttpResponse:
    """Do it, and lead on: to the address that it gave, or back to the page with what there is to say."""
    _only_where_plans_are_sold()
    address = None
    if not form.is_valid():
        messages.error(request, _OLD_FORM)
        return redirect("billing:page")
    try:
        address = act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except PaymentTrouble as error:
        messages.error(request, str(error))
    else:
        if done and not address:
            messages.success(request, done)
    return redirect(address or reverse("billing:page"))


def _only_where_plans_are_sold() -> None:
    if not plans_are_sold():
        raise Http404
