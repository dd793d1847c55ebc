"""The pages of batches. What is done to a batch from them: rendering.batching.actions."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Organization
from accounts.permissions import Act
from accounts.tenancy import in_organization, signed_in
from projects.batches.models import Batch, BatchRow, BatchState, RowState
from projects.batches.selectors import access_batch, batches_of
from projects.views import UNPROCESSABLE, current_project
from rendering.batching.asking import open_link
from rendering.batching.checking import check_for
from rendering.batching.forms import BatchForm, CorrectionForm
from rendering.batching.packing import batch_download, rows_table
from rendering.batching.standing import (
    BATCH_BADGES,
    badge_of,
    complaints_of,
    counts_of,
    group_of,
    missing_of,
    pace,
    row_work_seconds,
    rows_in,
    totals_of,
)
from rendering.engine.speech import VOICES
from rendering.forms import sent_before

BATCHES_A_PAGE = 24
ROWS_A_PAGE = 50
FIRST_CHECK_SECONDS = 1.5
"""Small tables are checked before the page is shown."""
EXAMPLE = (
    "\ufefffirst name;city;picture;shape\n"
    "Ana;Lisbon;;9:16\n"
    "Björn;;;square\n"
    '"Mary Ann";"Paris; the old town";;\n'
)  # fmt: skip


@require_GET
@in_organization
def batches(request: HttpRequest, organization: Organization) -> HttpResponse:
    """All batches of the organisation, newest first."""
    page = Paginator(batches_of(organization), BATCHES_A_PAGE).get_page(request.GET.get("page"))
    done = counts_of(page)
    shown = [{"batch": b, "standing": BATCH_BADGES[BatchState(b.state)], "done": done.get(b.pk, 0)} for b in page]
    return render(request, "rendering/batches.html", {"page": page, "batches": shown, "organization": organization})


@require_http_methods(["GET", "POST"])
@in_organization(act=Act.CREATE)
def batch_new(request: HttpRequest, organization: Organization) -> HttpResponse:
    """A table and a script become a dry run."""
    if request.method == "GET":
        return _form_page(request, BatchForm(organization))
    form = BatchForm(organization, request.POST, request.FILES)
    if form.is_valid():
        user = signed_in(request)
        values = (form.cleaned_data["file"][1], form.cleaned_data["template"], form.cleaned_data["name"])
        if sent_before(user.pk, "batch", request.POST.get("csrfmiddlewaretoken"), *values):
            return _led(request, reverse("rendering:batches"))
        batch = form.save(acting_user=user, project=current_project(organization, request))
        if batch is not None:
            check_for(batch, seconds=FIRST_CHECK_SECONDS)
            return _led(request, reverse("rendering:batch", args=[batch.pk]))
    return _form_page(request, form, status=UNPROCESSABLE)


@require_http_methods(["GET", "POST"])
@login_required
def batch_edit(request: HttpRequest, batch_id: str) -> HttpResponse:
    """Another script, other columns, another table; then a new dry run."""
    user = signed_in(request)
    batch = access_batch(user, batch_id, act=Act.CREATE)
    if request.method == "GET":
        return _form_page(request, BatchForm(batch.organization, batch=batch))
    form = BatchForm(batch.organization, request.POST, request.FILES, batch=batch)
    if form.is_valid() and (changed := form.save(acting_user=user)) is not None:
        check_for(changed, seconds=FIRST_CHECK_SECONDS)
        return _led(request, reverse("rendering:batch", args=[batch.pk]))
    return _form_page(request, form, status=UNPROCESSABLE)


@require_GET
@login_required
def example(request: HttpRequest) -> HttpResponse:
    """A small table to begin with."""
    disposition = {"Content-Disposition": 'attachment; filename="example.csv"'}
    return HttpResponse(EXAMPLE.encode(), content_type="text/csv; charset=utf-8", headers=disposition)


@never_cache
@require_GET
@login_required
def batch(request: HttpRequest, batch_id: str) -> HttpResponse:
    """One batch: its dry run, or how far it is."""
    found = access_batch(signed_in(request), batch_id)
    return render(request, "rendering/batch.html", batch_context(request, found))


@never_cache
@require_GET
@login_required
def batch_state(request: HttpRequest, batch_id: str) -> HttpResponse:
    """The part of the page that lives, and the states of the rows that are shown."""
    found = access_batch(signed_in(request), batch_id)
    if found.state != request.GET.get("state"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "rendering/batch_state.html", batch_context(request, found))


@never_cache
@require_GET
@login_required
def download(request: HttpRequest, batch_id: str) -> HttpResponseBase:
    """All clips that may leave, as a ZIP with a manifest."""
    user = signed_in(request)
    found = access_batch(user, batch_id, act=Act.DOWNLOAD)
    pieces = batch_download(organization=found.organization, acting_user=user, batch=found)
    return _file(StreamingHttpResponse(pieces, content_type="application/zip"), f"{_slug(found)}.zip")


@never_cache
@require_GET
@login_required
def rows(request: HttpRequest, batch_id: str) -> HttpResponseBase:
    """The rows of a group as CSV, to be corrected."""
    found = access_batch(signed_in(request), batch_id, act=Act.DOWNLOAD)
    pieces = rows_table(found, request.GET.get("group", ""))
    return _file(StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8"), f"{_slug(found)}-rows.csv")


def batch_context(request: HttpRequest, batch: Batch, *, correction: CorrectionForm | None = None) -> dict[str, Any]:
    """What the page of a batch shows."""
    group = request.GET.get("group", "")
    totals = totals_of(batch)
    page = Paginator(rows_in(batch, group), ROWS_A_PAGE).get_page(request.GET.get("page"))
    voices, pace_now = dict(VOICES), pace()
    shown = [
        {
            "row": row,
            "standing": badge_of(row),
            "group": group_of(row),
            "missing": missing_of(row),
            "complaints": complaints_of(row),
            "voice": voices[row.voice].name if row.voice in voices else row.voice,
            "work": row_work_seconds(row, pace_now) if row.seconds else None,
            "link": _link(row),
            "percent": round(100 * (row.render_progress or 0)),  # type: ignore[attr-defined]
        }
        for row in page
    ]
    return {
        "batch": batch,
        "standing": BATCH_BADGES[BatchState(batch.state)],
        "totals": totals,
        "work": divmod(totals.work_seconds, 60),
        "group": group,
        "page": page,
        "rows": shown,
        "correction": correction or CorrectionForm(),
        "live": batch.state in (BatchState.CHECKING, BatchState.RUNNING, BatchState.READY, BatchState.PAUSED),
        "pace": "2s" if batch.state in (BatchState.CHECKING, BatchState.RUNNING) else "10s",
    }


def _link(row: BatchRow) -> str:
    """Where the person shown can answer, if they were asked already."""
    return open_link(row) if row.state == RowState.CONSENT else ""


def _form_page(request: HttpRequest, form: BatchForm, *, status: int = 200) -> HttpResponse:
    template = "rendering/batch_form.html" if request.htmx else "rendering/batch_new.html"  # type: ignore[attr-defined]
    return render(request, template, {"form": form, "batch": form.batch}, status=status)


def _led(request: HttpRequest, address: str) -> HttpResponse:
    """Go to another page; a form that htmx sent is told so."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _file(response: StreamingHttpResponse, name: str) -> StreamingHttpResponse:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _slug(batch: Batch) -> str:
    return slugify(batch.name)[:60].strip("-") or "batch"
