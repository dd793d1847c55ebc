"""The page of the audit ledger, and its export."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.audit import audit_events, audit_faults, export_lines
from accounts.members import members_of
from accounts.models import AuditEvent, Organization
from accounts.permissions import Act
from accounts.tenancy import in_organization

ENTRIES_A_PAGE = 50


class FilterForm(forms.Form):
    action = forms.ChoiceField(label="What", required=False)
    actor = forms.ChoiceField(label="Who", required=False)
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, organization: Organization, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]  # handed on as it came
        actions = AuditEvent.objects.filter(organization=organization).order_by().values_list("action", flat=True)
        people = [(one.user_id, one.user.get_full_name()) for one in members_of(organization)]
        choices = [(name, name) for name in sorted(set(actions.distinct()))]
        self.fields["action"].choices = [("", "Everything"), *choices]  # type: ignore[attr-defined]
        self.fields["actor"].choices = [("", "Everybody"), *people]  # type: ignore[attr-defined]


@never_cache
@require_GET
@in_organization(act=Act.AUDIT)
def audit(request: HttpRequest, organization: Organization) -> HttpResponse:
    """Every change by whom, newest first; ?verify=1 checks the chain."""
    form = FilterForm(organization, request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = Paginator(audit_events(organization, **wanted), ENTRIES_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "organization": organization,
        "form": form,
        "page": page,
        "names": {one.user_id: one.user.get_full_name() for one in members_of(organization)},
        "query": query.urlencode(),
        "verified": "verify" in request.GET,
        "faults": list(audit_faults(organization)) if "verify" in request.GET else [],
    }
    return render(request, "accounts/audit.html", context)


@never_cache
@require_GET
@in_organization(act=Act.AUDIT)
def export(request: HttpRequest, organization: Organization) -> HttpResponseBase:
    """The whole ledger as a file, with its hashes: JSON lines, or CSV."""
    kind = "csv" if request.GET.get("as") == "csv" else "jsonl"
    types = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
    response = StreamingHttpResponse(export_lines(organization, kind=kind), content_type=types[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{organization.pk}.{kind}"'
    return response
