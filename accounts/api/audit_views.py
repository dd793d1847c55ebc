"""The audit ledger: read, saved, and verified."""

from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.pages import PageQuery, page_of
from accounts.api.rows import RowSerializer
from accounts.api.scopes import Resource
from accounts.audit import audit_events, audit_faults, export_lines
from accounts.models import AuditEvent
from accounts.permissions import Act

AUDITS = {"GET": (Act.AUDIT,)}


class AuditEventSerializer(RowSerializer[AuditEvent]):
    actor = serializers.CharField(source="actor_id", help_text="Empty: the site itself, or a person who is shown.")
    object = serializers.CharField(source="object_id")
    data = serializers.JSONField(  # type: ignore[assignment]  # a field of that name
        help_text="Ids and states; `api_key` where a key did it."
    )

    class Meta:
        model = AuditEvent
        fields = ("sequence", "at", "actor", "action", "object", "data", "previous_hash", "hash")
        read_only_fields = fields


class AuditQuery(PageQuery):
    action = serializers.CharField(max_length=60, default="", help_text="How it begins, such as “membership”.")
    actor = serializers.CharField(max_length=24, default="")
    since = serializers.DateField(required=False, help_text="From this day on.")
    until = serializers.DateField(required=False, help_text="To this day, included.")


class VerificationSerializer(serializers.Serializer[Any]):
    intact = serializers.BooleanField()
    faults = serializers.ListField(child=serializers.CharField(), help_text="What does not fit, entry by entry.")


class AuditView(ApiView):
    resource = Resource.AUDIT
    acts = AUDITS

    @extend_schema(
        operation_id="listAuditEvents",
        summary="The audit log",
        parameters=[AuditQuery],
        responses=page_of(AuditEventSerializer),
    )
    def get(self, request: Request) -> Response:
        """Every change by whom, newest first, each with the hash that ties it to the one before."""
        query = AuditQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        wanted = {name: value for name, value in query.validated_data.items() if name not in ("limit", "cursor")}
        return self.page(request, audit_events(self.organization, **wanted), AuditEventSerializer, order="at")


class AuditExportView(ApiView):
    resource = Resource.AUDIT
    acts = AUDITS

    @extend_schema(
        operation_id="exportAudit",
        summary="The whole audit log",
        responses={(200, "application/x-ndjson"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """One entry a line, oldest first, as JSON. Kept elsewhere, it shows what is cut off at the end."""
        lines = export_lines(self.organization, kind="jsonl")
        return StreamingHttpResponse(lines, content_type="application/x-ndjson")


class AuditVerificationView(ApiView):
    resource = Resource.AUDIT
    acts = AUDITS

    @extend_schema(operation_id="verifyAudit", summary="Verify the audit log", responses=VerificationSerializer)
    def get(self, request: Request) -> Response:
        """Reads the whole chain and says what does not fit; nothing, where nobody changed it."""
        faults = list(audit_faults(self.organization))
        return Response({"intact": not faults, "faults": faults})
