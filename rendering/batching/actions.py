"""What is done to a batch from its page; then the page is shown again."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.permissions import Act
from accounts.tenancy import signed_in
from projects.batches.models import Batch, BatchRow
from projects.batches.selectors import access_batch, access_batch_row
from projects.batches.services import BatchConflict, batch_correct, batch_delete, batch_recheck, rows_again, rows_skip
from projects.batches.sheet import SheetError
from projects.views import UNPROCESSABLE
from rendering.batching.asking import batch_consent_ask, row_consent_ask
from rendering.batching.checking import check_for
from rendering.batching.forms import CorrectionForm
from rendering.batching.packing import links_table
from rendering.batching.running import batch_cancel, batch_pause, batch_resume, batch_start
from rendering.batching.standing import GROUPS, rows_in, rows_standing
from rendering.batching.views import FIRST_CHECK_SECONDS, batch_context

Action = Callable[[HttpRequest, User, Batch], HttpResponse | None]


def _action(act: Act) -> Callable[[Action], Callable[[HttpRequest, str], HttpResponse]]:
    """A POST about one batch; a conflict is told on the page, which is shown again."""

    def decorated(inner: Action) -> Callable[[HttpRequest, str], HttpResponse]:
        @require_POST
        @login_required
        @wraps(inner)
        def opened(request: HttpRequest, batch_id: str) -> HttpResponse:
            user = signed_in(request)
            found = access_batch(user, batch_id, act=act)
            try:
                answer = inner(request, user, found)
            except BatchConflict as error:
                messages.error(request, str(error))
                answer = None
            return answer or redirect("rendering:batch", batch_id)

        return opened

    return decorated


@_action(Act.RENDER)
def start(request: HttpRequest, user: User, batch: Batch) -> None:
    """Start what the dry run found ready."""
    batch_start(organization=batch.organization, acting_user=user, batch=batch, digest=request.POST.get("digest", ""))


@_action(Act.RENDER)
def pause(request: HttpRequest, user: User, batch: Batch) -> None:
    """Start no more rows for now."""
    batch_pause(organization=batch.organization, acting_user=user, batch=batch)


@_action(Act.RENDER)
def resume(request: HttpRequest, user: User, batch: Batch) -> None:
    """Go on after a pause."""
    batch_resume(organization=batch.organization, acting_user=user, batch=batch)


@_action(Act.RENDER)
def cancel(request: HttpRequest, user: User, batch: Batch) -> None:
    """Stop all that is not finished."""
    stopped = batch_cancel(organization=batch.organization, acting_user=user, batch=batch)
    messages.success(request, f"Stopped. {stopped} rows were not made, and cost nothing.")


@_action(Act.DELETE)
def delete(request: HttpRequest, user: User, batch: Batch) -> HttpResponse:
    """Forget the batch; its clips stay."""
    batch_delete(organization=batch.organization, acting_user=user, batch=batch)
    messages.success(request, "The batch is deleted. Clips that were made of it are in the studio.")
    return redirect("rendering:batches")


@_action(Act.CREATE)
def recheck(request: HttpRequest, user: User, batch: Batch) -> None:
    """Another dry run of what is not started."""
    batch_recheck(organization=batch.organization, acting_user=user, batch=batch)
    check_for(batch, seconds=FIRST_CHECK_SECONDS)


@_action(Act.CREATE)
def correct(request: HttpRequest, user: User, batch: Batch) -> HttpResponse | None:
    """Take in a corrected table of rows."""
    form = CorrectionForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            changed = batch_correct(
                organization=batch.organization, acting_user=user, batch=batch, sheet=form.cleaned_data["file"][0]
            )
        except (SheetError, ValidationError) as error:
            form.add_error("file", error.message)
        else:
            messages.success(request, f"{changed} rows were changed and are checked again." if changed
                             else "Nothing in this table is different.")  # fmt: skip
            check_for(batch, seconds=FIRST_CHECK_SECONDS)
            return None
    context = batch_context(request, batch, correction=form)
    return render(request, "rendering/batch.html", context, status=UNPROCESSABLE)


@_action(Act.CREATE)
def again(request: HttpRequest, user: User, batch: Batch) -> None:
    """Have chosen rows, or a whole group, checked and made once more; not those that are being made."""
    rows = _chosen(request, batch).exclude(GROUPS["active"][1])
    changed = rows_again(organization=batch.organization, acting_user=user, batch=batch, rows=rows)
    check_for(batch, seconds=FIRST_CHECK_SECONDS)
    if not changed:
        messages.error(request, "Choose rows first; those that are being made cannot be chosen.")


@_action(Act.CREATE)
def skip(request: HttpRequest, user: User, batch: Batch) -> None:
    """Leave chosen rows out."""
    skipped = rows_skip(
        organization=batch.organization, acting_user=user, batch=batch, rows=_chosen(request, batch)
    )  # fmt: skip
    if not skipped:
        messages.error(request, "Choose rows that are not started yet.")


@_action(Act.ASK_CONSENT)
def ask_all(request: HttpRequest, user: User, batch: Batch) -> HttpResponse:
    """Ask for all consent that is missing; the links come as a table."""
    asked = batch_consent_ask(organization=batch.organization, acting_user=user, batch=batch)
    disposition = {"Content-Disposition": 'attachment; filename="consent-links.csv"'}
    return HttpResponse(links_table(asked), content_type="text/csv; charset=utf-8", headers=disposition)


@require_POST
@login_required
def ask_row(request: HttpRequest, row_id: str) -> HttpResponse:
    """Ask whoever is shown in one row."""
    user = signed_in(request)
    row = access_batch_row(user, row_id, act=Act.ASK_CONSENT)
    try:
        row_consent_ask(organization=row.organization, acting_user=user, row=row)
    except BatchConflict as error:
        messages.error(request, str(error))
    return redirect("rendering:batch", row.batch_id)


def _chosen(request: HttpRequest, batch: Batch) -> QuerySet[BatchRow]:
    """The rows that were ticked, or the group that was named."""
    group = request.POST.get("group", "")
    if group in GROUPS:
        return rows_in(batch, group)
    return rows_standing(batch).filter(Q(pk__in=request.POST.getlist("row")[:1000]))
