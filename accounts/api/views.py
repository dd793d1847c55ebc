"""Who calls, for which organisation, and what it has left."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.pages import PageQuery, page_of
from accounts.api.scopes import Resource
from accounts.api.serializers import (
    CreditEntrySerializer,
    CreditsSerializer,
    MemberSerializer,
    MeSerializer,
    OrganizationSerializer,
)
from accounts.billing.selectors import seconds_left
from accounts.models import CreditEntry, Membership
from accounts.permissions import Act


class MeView(ApiView):
    acts = {"GET": tuple(Act)}
    tag = "organization"

    @extend_schema(operation_id="getMe", summary="Who this key is", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """The organisation that the key belongs to, in whose name it acts, and what it may do."""
        return Response(MeSerializer(self.caller).data)


class OrganizationView(ApiView):
    resource = Resource.ORGANIZATION
    acts = {"GET": tuple(Act)}

    @extend_schema(operation_id="getOrganization", summary="The organisation", responses=OrganizationSerializer)
    def get(self, request: Request) -> Response:
        """The organisation itself."""
        return Response(OrganizationSerializer(self.organization).data)


class MembersView(ApiView):
    resource = Resource.ORGANIZATION

    @extend_schema(
        operation_id="listMembers",
        summary="Members",
        parameters=[PageQuery],
        responses=page_of(MemberSerializer),
    )
    def get(self, request: Request) -> Response:
        """Who belongs to the organisation, newest first. Members are let in on the site."""
        rows = Membership.objects.filter(organization=self.organization).select_related("user")
        return self.page(request, rows, MemberSerializer)


class CreditsView(ApiView):
    resource = Resource.ORGANIZATION
    acts = {"GET": (Act.VIEW, Act.PAY)}

    @extend_schema(operation_id="getCredits", summary="What is left", responses=CreditsSerializer)
    def get(self, request: Request) -> Response:
        """How many seconds of video may still be started."""
        return Response({"available": seconds_left(self.organization)})


class CreditEntriesView(ApiView):
    resource = Resource.ORGANIZATION
    acts = {"GET": (Act.VIEW, Act.PAY)}

    @extend_schema(
        operation_id="listCreditEntries",
        summary="The ledger of credits",
        parameters=[PageQuery],
        responses=page_of(CreditEntrySerializer),
    )
    def get(self, request: Request) -> Response:
        """Every grant, hold, charge and release, newest first; their `delta` add up to what is available."""
        rows = CreditEntry.objects.filter(organization=self.organization)
        return self.page(request, rows, CreditEntrySerializer, order="at")
