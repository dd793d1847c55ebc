"""Batches: a table and a script, their dry run, and what becomes of the rows."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.idempotency import idempotent
from accounts.api.pages import PageQuery, page_of
from accounts.api.problems import Problem, ProblemError, invalid, problem_of
from accounts.api.schema import problems
from accounts.api.scopes import Resource
from accounts.permissions import Act
from projects.batches.columns import MappingError
from projects.batches.models import Batch
from projects.batches.planning import Defaults
from projects.batches.selectors import access_batch, batches_of
from projects.batches.services import (
    BatchConflict,
    batch_change,
    batch_correct,
    batch_create,
    batch_delete,
    batch_recheck,
    rows_again,
    rows_skip,
    sheet_from,
)
from projects.batches.sheet import Sheet, SheetError, sheet_of
from projects.batches.template import TemplateError
from projects.selectors import access_portrait, access_project, projects_of
from projects.services import project_create
from rendering.api.batch_serializers import (
    BatchChangeSerializer,
    BatchNewSerializer,
    BatchRowSerializer,
    BatchSerializer,
    ChangedSerializer,
    CorrectionSerializer,
    QuestionsSerializer,
    RowsChosenSerializer,
    RowsQuery,
    StartSerializer,
)
from rendering.batching.asking import batch_consent_ask
from rendering.batching.checking import check_for
from rendering.batching.packing import batch_download
from rendering.batching.running import batch_cancel, batch_pause, batch_resume, batch_start
from rendering.batching.standing import GROUPS, rows_in

CHECK_SECONDS = 1.0
FIRST_PROJECT = "First project"
EXAMPLE = {
    "name": "Autumn",
    "script": "Hello {{name}}, welcome to {{city|our town}}.",
    "rows": [{"name": "Ana", "city": "Lisbon"}, {"name": "Bo"}],
    "defaults": {"portrait": "por_0123456789abcdef", "voice": "heart", "style": "presenter"},
}


@problem_of.register
def _(error: SheetError) -> Problem:
    return invalid([("rows", error.message)])


@problem_of.register
def _(error: TemplateError) -> Problem:
    return invalid([("script", error.message)])


@problem_of.register
def _(error: MappingError) -> Problem:
    return invalid([("columns", error.message)])


@problem_of.register
def _(error: BatchConflict) -> Problem:
    return Problem("conflict", str(error))


class _BatchView(ApiView):
    resource = Resource.BATCHES
    doors = {"clip_batch": access_batch}

    def told(self, batch: Batch, status: int = 200) -> Response:
        return Response(BatchSerializer(Batch.objects.get(pk=batch.pk)).data, status=status)

    def acting(self, batch: Batch) -> dict[str, Any]:
        return {"organization": self.organization, "acting_user": self.user, "batch": batch}

    def defaults_of(self, values: Mapping[str, Any]) -> Defaults:
        if values.get("portrait"):
            self.named(dict(values), "portrait", access_portrait)
        return Defaults(**values)


class BatchesView(_BatchView):
    doors = {}

    @extend_schema(
        operation_id="listBatches", summary="Batches", parameters=[PageQuery], responses=page_of(BatchSerializer)
    )
    def get(self, request: Request) -> Response:
        """The organisation's batches, newest first."""
        return self.page(request, batches_of(self.organization), BatchSerializer)

    @extend_schema(
        operation_id="createBatch",
        summary="A new batch",
        request=BatchNewSerializer,
        responses={201: BatchSerializer},
        examples=[OpenApiExample("Two rows", value=EXAMPLE, request_only=True)],
    )
    @idempotent()
    def post(self, request: Request) -> Response:
        """A table (`rows`, or `csv` as text) and a script become a dry run: what each row says, costs and lacks.
        Nothing is made, asked or held until it is started with the `digest` of its dry run.
        """
        values = self.read(request, BatchNewSerializer)
        if "project" in values:
            project = self.named(values, "project", access_project)
        else:
            project = projects_of(self.organization).first() or project_create(
                organization=self.organization, acting_user=self.user, name=FIRST_PROJECT
            )
        batch = batch_create(
            organization=self.organization,
            acting_user=self.user,
            project=project,
            name=values["name"],
            template=values["script"],
            sheet=_sheet(values),
            defaults=self.defaults_of(values["defaults"]),
            mapping=values["columns"],
        )
        check_for(batch, seconds=CHECK_SECONDS)
        return self.told(batch, 201)


class BatchView(_BatchView):
    @extend_schema(operation_id="getBatch", summary="One batch", responses=BatchSerializer)
    def get(self, request: Request, clip_batch: Batch) -> Response:
        """One batch in numbers: what is ready, waits for consent, is to be corrected, and is done."""
        return self.told(clip_batch)

    @extend_schema(
        operation_id="changeBatch", summary="Change a batch", request=BatchChangeSerializer, responses=BatchSerializer
    )
    def patch(self, request: Request, clip_batch: Batch) -> Response:
        """Another script, columns or defaults, or another table before anything was made; a new dry run follows."""
        values = self.read(request, BatchChangeSerializer)
        batch_change(
            **self.acting(clip_batch),
            template=values.get("script"),
            defaults=self.defaults_of(values["defaults"]) if "defaults" in values else None,
            mapping=values.get("columns"),
            sheet=_sheet(values) if "rows" in values or "csv" in values else None,
        )
        check_for(clip_batch, seconds=CHECK_SECONDS)
        return self.told(clip_batch)

    @extend_schema(operation_id="deleteBatch", summary="Delete a batch", request=None, responses={204: None})
    def delete(self, request: Request, clip_batch: Batch) -> Response:
        """The script, the table and what became of its rows; clips stay."""
        batch_delete(**self.acting(clip_batch))
        return Response(status=204)


class BatchRowsView(_BatchView):
    @extend_schema(
        operation_id="listBatchRows",
        summary="A batch's rows",
        parameters=[RowsQuery],
        responses=page_of(BatchRowSerializer),
    )
    def get(self, request: Request, clip_batch: Batch) -> Response:
        """The rows by their numbers: the words as they will be said, seconds, what is missing or wrong, the clip."""
        query = RowsQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        wanted = query.validated_data
        rows = rows_in(clip_batch, wanted.get("group", ""))
        if cursor := wanted.get("cursor"):
            if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 9:
                raise ProblemError("bad-cursor")
            rows = rows.filter(number__gt=int(cursor))
        limit: int = wanted["limit"]
        found = list(rows[: limit + 1])
        more, found = len(found) > limit, found[:limit]
        next_cursor = str(found[-1].number) if more else None
        return Response({"data": BatchRowSerializer(found, many=True).data, "next_cursor": next_cursor})


def _action(
    name: str, summary: str, work: Callable[[_BatchView, Request, Batch], object], act: Act, description: str
) -> type[_BatchView]:
    """A view that does one thing to a batch and tells it as it stands then."""

    class View(_BatchView):
        acts = {"POST": (act,)}

        @extend_schema(
            operation_id=f"{name}Batch",
            summary=summary,
            description=f"{description}\n\nScope: `batches:write`",
            request=StartSerializer if name == "start" else None,
            responses=BatchSerializer,
        )
        def post(self, request: Request, clip_batch: Batch) -> Response:
            work(self, request, clip_batch)
            return self.told(clip_batch)

    View.__name__ = f"Batch{name.title()}View"
    return View


def _start(view: _BatchView, request: Request, batch: Batch) -> object:
    return batch_start(**view.acting(batch), digest=view.read(request, StartSerializer)["digest"])


def _recheck(view: _BatchView, request: Request, batch: Batch) -> object:
    batch_recheck(**view.acting(batch))
    return check_for(batch, seconds=CHECK_SECONDS)


BatchStartView = _action(
    "start", "Start a batch", _start, Act.RENDER, "Makes what the dry run with this digest found ready; twice is once."
)
BatchPauseView = _action(
    "pause", "Pause", lambda v, r, b: batch_pause(**v.acting(b)), Act.RENDER, "Starts no further row."
)
BatchResumeView = _action(
    "resume", "Go on", lambda v, r, b: batch_resume(**v.acting(b)), Act.RENDER, "Goes on after a pause."
)
BatchCancelView = _action(
    "cancel",
    "Cancel the rest",
    lambda v, r, b: batch_cancel(**v.acting(b)),
    Act.RENDER,
    "Stops all that is not finished; it costs nothing.",
)
BatchRecheckView = _action(
    "recheck", "Another dry run", _recheck, Act.CREATE, "Looks once more at all rows that are not started."
)


class BatchCorrectionsView(_BatchView):
    @extend_schema(
        operation_id="correctBatch", summary="Correct rows", request=CorrectionSerializer, responses=ChangedSerializer
    )
    def post(self, request: Request, clip_batch: Batch) -> Response:
        """Rows with their numbers as `row`; what is different is checked, and after another start made, anew."""
        values = self.read(request, CorrectionSerializer)
        changed = batch_correct(**self.acting(clip_batch), sheet=_sheet(values))
        check_for(clip_batch, seconds=CHECK_SECONDS)
        return Response({"rows": changed})


class BatchAgainView(_BatchView):
    @extend_schema(
        operation_id="repeatBatchRows", summary="Rows again", request=RowsChosenSerializer, responses=ChangedSerializer
    )
    def post(self, request: Request, clip_batch: Batch) -> Response:
        """Has rows checked, and after another start made, once more; those that are being made are left alone."""
        values = self.read(request, RowsChosenSerializer)
        rows = _chosen(clip_batch, values).exclude(GROUPS["active"][1])
        changed = rows_again(**self.acting(clip_batch), rows=rows)
        check_for(clip_batch, seconds=CHECK_SECONDS)
        return Response({"rows": changed})


class BatchSkipView(_BatchView):
    @extend_schema(
        operation_id="skipBatchRows",
        summary="Leave rows out",
        request=RowsChosenSerializer,
        responses=ChangedSerializer,
    )
    def post(self, request: Request, clip_batch: Batch) -> Response:
        """Leaves rows out, as far as they are not started."""
        rows = _chosen(clip_batch, self.read(request, RowsChosenSerializer))
        return Response({"rows": rows_skip(**self.acting(clip_batch), rows=rows)})


class BatchConsentView(_BatchView):
    acts = {"POST": (Act.ASK_CONSENT,)}

    @extend_schema(
        operation_id="askBatchConsent", summary="Ask for all consent", request=None, responses=QuestionsSerializer
    )
    def post(self, request: Request, clip_batch: Batch) -> Response:
        """Asks for what is missing, one question for all rows that one answer does for; the links to send."""
        asked = batch_consent_ask(**self.acting(clip_batch))
        return Response({"data": [{"subject": q.subject, "url": q.link, "rows": list(q.rows)} for q in asked]})


class BatchClipsView(_BatchView):
    acts = {"GET": (Act.DOWNLOAD,)}

    @extend_schema(
        operation_id="downloadBatch",
        summary="All clips as ZIP",
        responses={(200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    @problems(403)
    def get(self, request: Request, clip_batch: Batch) -> Any:
        """All clips that may leave, with manifest.json and manifest.csv; the gate is asked for each file as it goes."""
        pieces: Iterator[bytes] = batch_download(**self.acting(clip_batch))
        response = StreamingHttpResponse(pieces, content_type="application/zip")
        response.headers["Content-Disposition"] = f'attachment; filename="{clip_batch.pk}.zip"'
        return response


def _sheet(values: Mapping[str, Any]) -> Sheet:
    """The table that the body holds. Raises SheetError, ValidationError."""
    if bool(values.get("csv")) == bool(values.get("rows")):
        raise ValidationError({"rows": "Give rows, or csv; one of the two."})
    if values.get("csv"):
        return sheet_from(values["csv"].encode(), "table.csv")[0]
    return sheet_of(values["rows"])


def _chosen(batch: Batch, values: Mapping[str, Any]) -> Any:
    if bool(values.get("group")) == bool(values.get("rows")):
        raise ValidationError({"rows": "Give the numbers of rows, or a group; one of the two."})
    if values.get("group"):
        return rows_in(batch, values["group"])
    return rows_in(batch, "").filter(number__in=values["rows"])
