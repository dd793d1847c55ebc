"""Who belongs to the organisation, and who is invited. Owners, administrators and payers are made in person only."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.idempotency import idempotent
from accounts.api.pages import PageQuery, page_of
from accounts.api.scopes import Resource
from accounts.api.serializers import MemberSerializer
from accounts.members import (
    access_invitation,
    access_member,
    invitation_create,
    invitation_resend,
    invitation_revoke,
    invitation_url,
    membership_change,
    membership_remove,
    standing_invitations,
)
from accounts.models import Invitation, Membership, Role
from accounts.permissions import Act

MANAGES = dict.fromkeys(("POST", "PATCH", "DELETE"), (Act.MANAGE_MEMBERS,))
INVITES = {"GET": (Act.MANAGE_MEMBERS,), **MANAGES}


class RoleSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=Role.choices)


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    invited_by = serializers.CharField(source="invited_by_id")
    open = serializers.BooleanField(source="is_open", help_text="Whether its link still works.")

    class Meta:
        model = Invitation
        fields: tuple[str, ...] = ("id", "email", "role", "open", "invited_by", "created_at", "sent_at", "expires_at")
        read_only_fields = fields


class InvitationLinkSerializer(InvitationSerializer):
    link = serializers.SerializerMethodField(
        help_text="Where it is accepted; only shown here. It opens for this e-mail address alone."
    )

    class Meta(InvitationSerializer.Meta):
        fields = (*InvitationSerializer.Meta.fields, "link")
        read_only_fields = fields

    def get_link(self, invitation: Invitation) -> str:
        return invitation_url(self.context["token"])


class InvitationNewSerializer(RoleSerializer):
    email = serializers.EmailField(max_length=254)


class MemberView(ApiView):
    resource = Resource.MEMBERS
    acts = MANAGES
    doors = {"member": access_member}

    @extend_schema(operation_id="getMember", summary="One member", responses=MemberSerializer)
    def get(self, request: Request, member: Membership) -> Response:
        """One member, by the id of the person."""
        return Response(MemberSerializer(member).data)

    @extend_schema(
        operation_id="changeMember",
        summary="Another role",
        request=RoleSerializer,
        responses=MemberSerializer,
        examples=[OpenApiExample("An editor", value={"role": "editor"}, request_only=True)],
    )
    def patch(self, request: Request, member: Membership) -> Response:
        """Nobody gives a role that may do more than theirs. A key changes editors, reviewers and viewers, into editors,
        reviewers and viewers; for the others the answer is 403 “in-person”.
        """
        changed = membership_change(
            organization=self.organization,
            acting_user=self.user,
            membership=member,
            role=self.read(request, RoleSerializer)["role"],
        )
        return Response(MemberSerializer(changed).data)

    @extend_schema(operation_id="removeMember", summary="Let a member go", request=None, responses={204: None})
    def delete(self, request: Request, member: Membership) -> Response:
        """What they made stays; their keys and their open invitations open nothing any more. The same bounds hold as
        for another role.
        """
        membership_remove(organization=self.organization, acting_user=self.user, membership=member)
        return Response(status=204)


class InvitationsView(ApiView):
    resource = Resource.MEMBERS
    tag = "members"
    acts = INVITES

    @extend_schema(
        operation_id="listInvitations",
        summary="Invitations",
        parameters=[PageQuery],
        responses=page_of(InvitationSerializer),
    )
    def get(self, request: Request) -> Response:
        """Those that were neither accepted nor taken back, newest first."""
        return self.page(request, standing_invitations(self.organization), InvitationSerializer)

    @extend_schema(
        operation_id="createInvitation",
        summary="Invite somebody",
        request=InvitationNewSerializer,
        responses={201: InvitationLinkSerializer},
        examples=[OpenApiExample("An editor", value={"email": "jo@example.org", "role": "editor"}, request_only=True)],
    )
    @idempotent()
    def post(self, request: Request) -> Response:
        """Sends the letter. Through a key: editors, reviewers and viewers."""
        values = self.read(request, InvitationNewSerializer)
        invitation, token = invitation_create(organization=self.organization, acting_user=self.user, **values)
        return Response(InvitationLinkSerializer(invitation, context={"token": token}).data, status=201)


class InvitationView(ApiView):
    resource = Resource.MEMBERS
    tag = "members"
    acts = INVITES
    doors = {"invitation": access_invitation}

    @extend_schema(operation_id="getInvitation", summary="One invitation", responses=InvitationSerializer)
    def get(self, request: Request, invitation: Invitation) -> Response:
        """One invitation, whatever became of it."""
        return Response(InvitationSerializer(invitation).data)

    @extend_schema(
        operation_id="revokeInvitation", summary="Take an invitation back", request=None, responses={204: None}
    )
    def delete(self, request: Request, invitation: Invitation) -> Response:
        """Its link opens nothing any more. Done twice it is done once."""
        invitation_revoke(organization=self.organization, acting_user=self.user, invitation=invitation)
        return Response(status=204)


class InvitationSendView(ApiView):
    resource = Resource.MEMBERS
    tag = "members"
    acts = INVITES
    doors = {"invitation": access_invitation}

    @extend_schema(
        operation_id="sendInvitation",
        summary="Send an invitation again",
        request=None,
        responses=InvitationLinkSerializer,
    )
    @idempotent()
    def post(self, request: Request, invitation: Invitation) -> Response:
        """With a new link that is good for another week; the old one opens nothing any more."""
        token = invitation_resend(organization=self.organization, acting_user=self.user, invitation=invitation)
        invitation.refresh_from_db()
        return Response(InvitationLinkSerializer(invitation, context={"token": token}).data)
