"""Plan, credits and invoices. Whoever pays does so on the payment service's own pages: here are their addresses."""

import hashlib
import json
import re
import uuid
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.idempotency import HEADER, idempotent
from accounts.api.problems import ProblemError
from accounts.api.schema import problems
from accounts.api.scopes import Resource
from accounts.billing.catalogue import PACKS, PLANS
from accounts.billing.checkout import pack_checkout, plan_checkout, portal_open
from accounts.billing.mode import plans_are_sold
from accounts.billing.overage import MOST_SECONDS, overage_cap_set
from accounts.billing.prices import Price
from accounts.billing.selectors import Offer, invoices_page, offers, standing_of
from accounts.billing.subscriptions import (
    plan_change,
    plan_preview,
    subscription_cancel,
    subscription_of,
    subscription_resume,
)
from accounts.models import Organization
from accounts.permissions import Act

PAYS = dict.fromkeys(("GET", "POST", "PUT"), (Act.PAY,))
_INVOICE = re.compile(r"in_\w{1,60}")


class SubscriptionSerializer(serializers.Serializer[Any]):
    plan = serializers.CharField()
    status = serializers.CharField(help_text="As the payment service has it: active, trialing, past_due …")
    period_start = serializers.DateTimeField()
    period_end = serializers.DateTimeField()
    ends_with_period = serializers.BooleanField(source="cancel_at_period_end")
    trial_end = serializers.DateTimeField(allow_null=True)


class StandingSerializer(serializers.Serializer[Any]):
    sold = serializers.SerializerMethodField(help_text="Whether this installation sells anything.")
    available = serializers.IntegerField(source="balance.available", help_text="Seconds of video.")
    expiring = serializers.IntegerField(source="balance.expiring", help_text="Those of them that end.")
    expires_at = serializers.DateTimeField(source="balance.expires_at", allow_null=True)
    held = serializers.IntegerField(help_text="Set aside for clips that are being made.")
    unlimited = serializers.BooleanField()
    subscription = SubscriptionSerializer(allow_null=True)
    included = serializers.IntegerField(help_text="Seconds a month with the plan.")
    used_in_period = serializers.IntegerField()
    overage_limit = serializers.IntegerField(source="overage_cap", help_text="Seconds a month beyond the plan.")
    overage_used = serializers.IntegerField()
    members = serializers.IntegerField()
    seats = serializers.IntegerField(allow_null=True, help_text="null: no limit.")

    def get_sold(self, standing: Any) -> bool:
        return plans_are_sold()


class PriceSerializer(serializers.Serializer[Price]):
    amount = serializers.DecimalField(max_digits=12, decimal_places=2, help_text="Hundredths of the currency.")
    currency = serializers.CharField()
    tax_included = serializers.BooleanField()


class OfferSerializer(serializers.Serializer[Offer]):
    id = serializers.CharField(source="product.id")
    name = serializers.CharField(source="product.name")
    seconds = serializers.SerializerMethodField(help_text="Of video: a month, or once.")
    seats = serializers.SerializerMethodField()
    price = PriceSerializer(allow_null=True, help_text="null while the payment service does not answer.")
    current = serializers.BooleanField()

    def get_seconds(self, offer: Offer) -> int:
        return getattr(offer.product, "included_seconds", 0) or getattr(offer.product, "seconds", 0)

    def get_seats(self, offer: Offer) -> int | None:
        return getattr(offer.product, "seats", None)


class OffersSerializer(serializers.Serializer[Any]):
    plans = OfferSerializer(many=True)
    packs = OfferSerializer(many=True)
    overage = PriceSerializer(allow_null=True, help_text="A second beyond the plan.")


class InvoiceSerializer(serializers.Serializer[Any]):
    number = serializers.CharField(allow_blank=True)
    date = serializers.DateTimeField()
    status = serializers.CharField()
    total = serializers.CharField(help_text="As it is read, such as “€19”.")
    page = serializers.CharField(allow_blank=True, help_text="At the payment service; opens for whoever has it.")
    pdf = serializers.CharField(allow_blank=True)


class InvoicesSerializer(serializers.Serializer[Any]):
    data = InvoiceSerializer(many=True)  # type: ignore[assignment]  # a field of that name
    next_cursor = serializers.CharField(allow_null=True)


class CheckoutNewSerializer(serializers.Serializer[Any]):
    product = serializers.ChoiceField(choices=[*PLANS, *PACKS], help_text="A plan, where there is none yet; or a pack.")


class AddressSerializer(serializers.Serializer[Any]):
    url = serializers.URLField(help_text="For a person's browser, within some minutes.")


class PlanSerializer(serializers.Serializer[Any]):
    plan = serializers.ChoiceField(choices=list(PLANS))


class PlanPreviewSerializer(serializers.Serializer[Any]):
    plan = serializers.CharField(source="plan.id")
    due_now = serializers.CharField(allow_blank=True, help_text="As it is read; empty: nothing is paid at once.")
    seconds_added = serializers.IntegerField()
    trial = serializers.BooleanField()


class LimitSerializer(serializers.Serializer[Any]):
    seconds = serializers.IntegerField(min_value=0, max_value=MOST_SECONDS, help_text="A month; 0: none.")


class StandingView(ApiView):
    resource = Resource.BILLING
    acts = PAYS

    @extend_schema(operation_id="getBilling", summary="Plan and credits", responses=StandingSerializer)
    def get(self, request: Request) -> Response:
        """What is there, what is held, what the plan holds and what was used of it."""
        return Response(StandingSerializer(standing_of(self.organization)).data)


class OffersView(ApiView):
    resource = Resource.BILLING
    acts = PAYS

    @extend_schema(operation_id="listOffers", summary="What can be bought", responses=OffersSerializer)
    def get(self, request: Request) -> Response:
        """Plans for this kind of organisation, and packs, at the payment service's own prices. Empty where nothing is
        sold.
        """
        if not plans_are_sold():
            return Response({"plans": [], "packs": [], "overage": None})
        plans, packs, overage = offers(self.organization, subscription_of(self.organization))
        return Response(OffersSerializer({"plans": plans, "packs": packs, "overage": overage}).data)


class InvoicesView(ApiView):
    resource = Resource.BILLING
    acts = PAYS

    @extend_schema(
        operation_id="listInvoices",
        summary="Invoices",
        parameters=[
            OpenApiParameter("cursor", {"type": "string", "pattern": _INVOICE.pattern}, description="`next_cursor`.")
        ],
        responses=InvoicesSerializer,
    )
    @problems(409, 503)
    def get(self, request: Request) -> Response:
        """As they stand at the payment service, newest first."""
        require_sold()
        after = request.query_params.get("cursor", "")
        if after and not _INVOICE.fullmatch(after):
            raise ProblemError("bad-cursor")
        lines, following = invoices_page(self.organization, after)
        return Response(InvoicesSerializer({"data": lines, "next_cursor": following or None}).data)


class CheckoutsView(ApiView):
    resource = Resource.BILLING
    acts = PAYS

    @extend_schema(
        operation_id="createCheckout",
        summary="Buy a plan or a pack",
        request=CheckoutNewSerializer,
        responses={201: AddressSerializer},
        examples=[OpenApiExample("Half an hour", value={"product": "pack-30"}, request_only=True)],
    )
    @problems(503)
    @idempotent(one_transaction=False)
    def post(self, request: Request) -> Response:
        """The address of the payment service's page, where a person pays; nothing is bought before. Prices are the
        service's, never the request's.
        """
        require_sold()
        product = self.read(request, CheckoutNewSerializer)["product"]
        common: dict[str, Any] = {"organization": self.organization, "acting_user": self.user, "once": once_of(request)}
        url = pack_checkout(pack=product, **common) if product in PACKS else plan_checkout(plan=product, **common)
        return Response({"url": url}, status=201)


class PortalView(ApiView):
    resource = Resource.BILLING
    acts = PAYS

    @extend_schema(
        operation_id="openPortal",
        summary="Cards, addresses, tax numbers",
        request=None,
        responses=AddressSerializer,
    )
    @problems(503)
    def post(self, request: Request) -> Response:
        """The address of the payment service's page for them, good for some minutes, for a person's browser."""
        require_sold()
        return Response({"url": portal_open(organization=self.organization, acting_user=self.user)})


class PlanPreviewView(ApiView):
    resource = Resource.BILLING
    acts = PAYS

    @extend_schema(
        operation_id="previewPlan",
        summary="What another plan would cost",
        request=PlanSerializer,
        responses=PlanPreviewSerializer,
    )
    @problems(503)
    def post(self, request: Request) -> Response:
        """As the payment service works it out, tax included; nothing is changed."""
        require_sold()
        plan = self.read(request, PlanSerializer)["plan"]
        preview = plan_preview(organization=self.organization, acting_user=self.user, plan=plan)
        return Response(PlanPreviewSerializer(preview).data)


class PlanChangeView(ApiView):
    resource = Resource.BILLING
    acts = PAYS

    @extend_schema(
        operation_id="changePlan",
        summary="Another plan",
        request=PlanSerializer,
        responses=StandingSerializer,
        examples=[OpenApiExample("A bigger one", value={"plan": "business"}, request_only=True)],
    )
    @problems(402, 503)
    @idempotent(one_transaction=False)
    def post(self, request: Request) -> Response:
        """At once. A bigger one is charged at once, in proportion to the days that are left, with the card that is
        there; ask for a preview first. Refused by the bank, nothing changes (402).
        """
        require_sold()
        plan = self.read(request, PlanSerializer)["plan"]
        plan_change(organization=self.organization, acting_user=self.user, plan=plan, once=once_of(request))
        return _standing(self.organization)


class PlanCancelView(ApiView):
    resource = Resource.BILLING
    acts = PAYS

    @extend_schema(operation_id="cancelPlan", summary="End the plan", request=None, responses=StandingSerializer)
    @problems(503)
    @idempotent(one_transaction=False)
    def post(self, request: Request) -> Response:
        """With the month that is paid; until then it can be taken back."""
        require_sold()
        subscription_cancel(organization=self.organization, acting_user=self.user, once=once_of(request))
        return _standing(self.organization)


class PlanResumeView(ApiView):
    resource = Resource.BILLING
    acts = PAYS

    @extend_schema(operation_id="resumePlan", summary="Go on after all", request=None, responses=StandingSerializer)
    @problems(503)
    @idempotent(one_transaction=False)
    def post(self, request: Request) -> Response:
        """Takes the ending back."""
        require_sold()
        subscription_resume(organization=self.organization, acting_user=self.user, once=once_of(request))
        return _standing(self.organization)


class LimitView(ApiView):
    resource = Resource.BILLING
    acts = PAYS

    @extend_schema(
        operation_id="setOverageLimit",
        summary="How much beyond the plan",
        request=LimitSerializer,
        responses=StandingSerializer,
        examples=[OpenApiExample("Half an hour", value={"seconds": 1800}, request_only=True)],
    )
    def put(self, request: Request) -> Response:
        """How many seconds a month may be made and billed beyond the plan."""
        require_sold()
        seconds = self.read(request, LimitSerializer)["seconds"]
        overage_cap_set(organization=self.organization, acting_user=self.user, seconds=seconds)
        return _standing(self.organization)


def require_sold() -> None:
    """Raises ProblemError on an installation that sells nothing."""
    if not plans_are_sold():
        raise ProblemError("conflict", "Nothing is sold on this installation: its operator grants seconds of video.")


def once_of(request: Request) -> str:
    """What makes two requests one for the payment service, 32 hexadecimal digits: their Idempotency-Key and what they
    ask for, as the key alone may come again after its day.
    """
    key = request.headers.get(HEADER)
    if not key:
        return uuid.uuid4().hex
    asked = json.dumps([key, request.path, request.data], sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()[:32]


def _standing(organization: Organization) -> Response:
    return Response(StandingSerializer(standing_of(organization)).data)
