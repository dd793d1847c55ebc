"""What moderators decided, and how long things are kept."""

from collections.abc import Callable
from typing import Any

from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.idempotency import idempotent
from accounts.api.pages import PageQuery, page_of
from accounts.api.problems import ProblemError
from accounts.api.scopes import Resource
from accounts.models import Organization
from accounts.permissions import Act
from projects.api.serializers import (
    CaseSerializer,
    CaseTextSerializer,
    RetentionNewSerializer,
    RetentionSerializer,
)
from projects.models import Project
from projects.moderation.models import Case, CaseAnswer
from projects.moderation.selectors import access_case
from projects.moderation.services import CaseConflict, case_answer, case_appeal
from projects.retention.classes import ADJUSTABLE, DataClass
from projects.retention.policies import policy_set, rules_of
from projects.selectors import access_project


class CaseFilter(FilterSet):
    class Meta:
        model = Case
        fields = ("state", "kind")


class CasesView(ApiView):
    resource = Resource.MODERATION
    queryset = Case.objects.none()
    filterset_class = CaseFilter

    @extend_schema(operation_id="listCases", summary="Cases", parameters=[PageQuery], responses=page_of(CaseSerializer))
    def get(self, request: Request) -> Response:
        """What moderators look at, or looked at, of this organisation, newest first, with their decisions."""
        rows = Case.objects.filter(organization=self.organization).prefetch_related("decisions", "answers")
        return self.page(request, rows, CaseSerializer, order="opened_at")


class CaseView(ApiView):
    resource = Resource.MODERATION
    doors = {"case": access_case}

    @extend_schema(operation_id="getCase", summary="One case", responses=CaseSerializer)
    def get(self, request: Request, case: Case) -> Response:
        """One case and what was decided."""
        return Response(CaseSerializer(case).data)


class CaseAnswerView(ApiView):
    resource = Resource.MODERATION
    acts = {"POST": (Act.ASK_CONSENT,)}
    doors = {"case": access_case}

    @extend_schema(
        operation_id="answerCase",
        summary="Answer a moderator",
        request=CaseTextSerializer,
        responses=CaseSerializer,
    )
    @idempotent()
    def post(self, request: Request, case: Case) -> Response:
        """For a case that waits for evidence."""
        return _said(self, request, case, case_answer)


class CaseAppealView(ApiView):
    resource = Resource.MODERATION
    acts = {"POST": (Act.ASK_CONSENT,)}
    doors = {"case": access_case}

    @extend_schema(
        operation_id="appealCase",
        summary="Appeal against a decision",
        request=CaseTextSerializer,
        responses=CaseSerializer,
    )
    @idempotent()
    def post(self, request: Request, case: Case) -> Response:
        """Once against the decision that stands; a second moderator looks at it."""
        return _said(self, request, case, case_appeal)


def _said(view: ApiView, request: Request, case: Case, say: Callable[..., CaseAnswer]) -> Response:
    values = view.read(request, CaseTextSerializer)
    try:
        answer = say(organization=view.organization, acting_user=view.user, case=case, **values)
    except CaseConflict as conflict:
        raise ProblemError("conflict", "This case waits for nothing of this kind. Look at its state.") from conflict
    return Response(CaseSerializer(answer.case).data)


class RetentionView(ApiView):
    resource = Resource.RETENTION
    acts = {"PUT": (Act.ADMINISTER,)}

    @extend_schema(operation_id="getRetention", summary="How long things are kept", responses=RetentionSerializer)
    def get(self, request: Request) -> Response:
        """The organisation's rules, class by class."""
        return Response(RetentionSerializer(_rules(self.organization, None)).data)

    @extend_schema(
        operation_id="setRetention",
        summary="Say how long things are kept",
        request=RetentionNewSerializer,
        responses=RetentionSerializer,
        examples=[OpenApiExample("A month", value={"days": {"photo": 30, "clip": 30}}, request_only=True)],
    )
    def put(self, request: Request) -> Response:
        """Replaces what was said before; dates of deletion follow from it at once."""
        values = self.read(request, RetentionNewSerializer)
        policy_set(organization=self.organization, acting_user=self.user, **values)
        return Response(RetentionSerializer(_rules(self.organization, None)).data)


class ProjectRetentionView(ApiView):
    resource = Resource.RETENTION
    acts = {"PUT": (Act.ADMINISTER,)}
    doors = {"project": access_project}

    @extend_schema(
        operation_id="getProjectRetention",
        summary="How long a project is kept",
        responses=RetentionSerializer,
    )
    def get(self, request: Request, project: Project) -> Response:
        """The project's rules; where it has none of its own, the organisation's."""
        return Response(RetentionSerializer(_rules(self.organization, project)).data)

    @extend_schema(
        operation_id="setProjectRetention",
        summary="Say how long a project is kept",
        request=RetentionNewSerializer,
        responses=RetentionSerializer,
    )
    def put(self, request: Request, project: Project) -> Response:
        """Replaces what was said of this project before."""
        values = self.read(request, RetentionNewSerializer)
        policy_set(organization=self.organization, acting_user=self.user, project=project, **values)
        return Response(RetentionSerializer(_rules(self.organization, project)).data)


def _rules(organization: Organization, project: Project | None) -> dict[str, Any]:
    rules, project_id = rules_of(organization), project.pk if project else ""
    found = {data_class: rules.rule(data_class, project_id) for data_class in DataClass}
    return {
        "rules": [
            {
                "data_class": data_class,
                "rule": str(rule),
                "days": rule.days,
                "adjustable": data_class in ADJUSTABLE,
            }
            for data_class, rule in found.items()
        ],
        "ends_on": rules.ends_on(project_id),
    }
