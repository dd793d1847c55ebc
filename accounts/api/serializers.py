"""How organisations, members and credits look in the API."""

from typing import Any

from rest_framework import serializers

from accounts.api.models import ApiKey
from accounts.api.rows import RowSerializer
from accounts.models import CreditEntry, Membership, Organization, OrganizationKind


class OrganizationSerializer(serializers.ModelSerializer[Organization]):
    class Meta:
        model = Organization
        fields = ("id", "name", "kind", "created_at", "suspended_at")
        read_only_fields = fields


class OrganizationChangeSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200, required=False)
    kind = serializers.ChoiceField(choices=OrganizationKind.choices, required=False)


class KeySerializer(serializers.ModelSerializer[ApiKey]):
    scopes = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = ApiKey
        fields: tuple[str, ...] = ("id", "name", "hint", "scopes", "created_at", "expires_at")
        read_only_fields = fields


class MeSerializer(serializers.Serializer[Any]):
    organization = OrganizationSerializer()
    acting_user = serializers.CharField(source="user.id", help_text="In whose name things are done and logged.")
    role = serializers.CharField()
    key = KeySerializer(allow_null=True, help_text="null for somebody who is signed in on the site.")


class MemberSerializer(serializers.ModelSerializer[Membership]):
    user = serializers.CharField(source="user_id")
    email = serializers.EmailField(source="user.email")
    full_name = serializers.CharField(source="user.full_name")

    class Meta:
        model = Membership
        fields = ("user", "email", "full_name", "role", "created_at")
        read_only_fields = fields


class CreditsSerializer(serializers.Serializer[Any]):
    available = serializers.IntegerField(
        help_text="Seconds of video that may still be started, with those beyond the plan."
    )


class CreditEntrySerializer(RowSerializer[CreditEntry]):
    render = serializers.CharField(source="render_id")

    class Meta:
        model = CreditEntry
        fields = ("id", "kind", "seconds", "delta", "render", "reason", "at")
        read_only_fields = fields
