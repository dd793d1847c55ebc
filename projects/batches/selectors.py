"""Reading: the door to a batch, and the batches of an organisation."""

from django.db.models import Count, QuerySet
from django.http import Http404

from accounts.ids import is_id
from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.selectors import access_organization
from projects.batches.models import Batch, BatchRow


def access_batch(user: User, batch_id: str, *, act: Act = Act.VIEW) -> Batch:
    """The batch, for a member of its organisation whose role may do `act`; else Http404."""
    if not is_id(batch_id, "bat"):
        raise Http404
    batch = Batch.objects.select_related("organization", "project", "created_by").filter(pk=batch_id).first()
    if batch is None:
        raise Http404
    access_organization(user, batch.organization_id, act=act)
    return batch


def access_batch_row(user: User, row_id: str, *, act: Act = Act.VIEW) -> BatchRow:
    """The row, for a member of its organisation whose role may do `act`; else Http404."""
    if not is_id(row_id, "brw"):
        raise Http404
    rows = BatchRow.objects.select_related("batch__organization", "portrait__subject", "organization", "clip")
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise Http404
    access_organization(user, row.organization_id, act=act)
    return row


def batches_of(organization: Organization) -> QuerySet[Batch]:
    """The organisation's batches, newest first, with the number of their rows."""
    own = Batch.objects.filter(organization=organization)
    return own.annotate(row_count=Count("rows")).order_by("-created_at", "-id")
