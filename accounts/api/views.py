"""Who calls, for which organisation, and what it has left."""

from drf_spectacular.utils import OpenApiExample, extend_schema
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
    OrganizationChangeSerializer,
    OrganizationSerializer,
)
from accounts.billing.selectors import seconds_left
from accounts.models import CreditEntry, Membership
from accounts.permissions import Act
from accounts.services import organization_change


class MeView(ApiView):
    acts = {"GET": tuple(Act)}
    tag = "organization"

    @extend_schema(operation_id="getMe", summary="Who this key is", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """The organisation that the key belongs to, in whose name it acts, and what it may do."""
        return Response(MeSerializer(self.caller).data)


class OrganizationView(ApiView):
    resource = Resource.ORGANIZATION
    acts = {"GET": tuple(Act), "PATCH": (Act.ADMINISTER,)}

    @extend_schema(operation_id="getOrganization", summary="The organisation", responses=OrganizationSerializer)
    def get(self, request: Request) -> Response:
        """The organisation itself."""
        return Response(OrganizationSerializer(self.organization).data)

    @extend_schema(
        operation_id="changeOrganization",
        summary="Another name or kind",
        request=OrganizationChangeSerializer,
        responses=OrganizationSerializer,
        examples=[OpenApiExample("Renamed", value={"name": "The museum at the mill"}, request_only=True)],
    )
    def patch(self, request: Request) -> Response:
        """What is not named stays. A kind's dates of deletion hold at once, for what was made before too."""
        values = self.read(request, OrganizationChangeSerializer)
        now = {"name": self.organization.name, "kind": self.organization.kind}
        changed = organization_change(organization=self.organization, acting_user=self.user, **(now | values))
        return Response(OrganizationSerializer(changed).data)


class MembersView(ApiView):
    resource = Resource.ORGANIZATION

    @extend_schema(
        operation_id="listMembers",
        summary="Members",
        parameters=[PageQuery],
        responses=page_of(MemberSerializer),
    )
    def get(self, request: Request) -> Response:
        """Who belongs to the organisation, newest first."""
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
