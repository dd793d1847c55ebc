"""The warning before: a letter to the organisation's owners about what will be deleted, and when."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization, OrganizationKind
from accounts.scopes import across_tenants
from consent.letters import letter_write, organization_recipients
from projects.retention.classes import WARNING_DAYS, DataClass
from projects.retention.policies import holds_on, rules_of
from projects.retention.registry import holdings
from projects.retention.sweep import due_rows, thing_is_held

# What somebody may want to save. Of the rest, such as the evidence, nothing is lost that anybody would look for.
_WARNED = (DataClass.PHOTO, DataClass.RECORDING, DataClass.CLIP, DataClass.DRAFT)


@across_tenants("time runs for all organisations")
def warnings_write(*, at: datetime | None = None) -> int:
    """Write the letters that are due, one a project, class and day of deletion; how many. Each is written once."""
    at = at or timezone.now()
    return sum(_warn(organization, at) for organization in Organization.objects.order_by("pk").iterator())


def _warn(organization: Organization, at: datetime) -> int:
    ahead = at + timedelta(days=WARNING_DAYS[OrganizationKind(organization.kind)])
    written = 0
    recipients = organization_recipients(organization)
    for project, data_class, day, count in _coming(organization, ahead):
        label = DataClass(data_class).label.lower()
        for recipient in recipients:
            letter = letter_write(
                organization=organization,
                key=f"retention:{project}:{data_class}:{day}:{recipient}"[:200],
                recipient=recipient,
                subject=f"{count} of your {label} will be deleted on {day:%d %B %Y}",
                body=(
                    f"{organization.name} has {count} things of the class “{label}” in one project whose time is over "
                    f"on {day:%d %B %Y}. They will then be deleted for good, with every copy.\n\n"
                    f"Download what you want to keep: {settings.LIKENESS_SITE_URL}/studio/\n\n"
                    "Who administers the organisation can keep things longer, or shorter: "
                    f"{settings.LIKENESS_SITE_URL}{reverse('projects:retention')}\n"
                ),
            )
            written += letter is not None
    return written


def _coming(organization: Organization, ahead: datetime) -> list[tuple[str, str, date, int]]:
    """(project, class, day of deletion, how many) of what is over its date by `ahead`."""
    rules, holds = rules_of(organization), holds_on(organization)
    counts = defaultdict[tuple[str, str, date], int](int)
    projects = organization.projects.order_by("pk").values_list("pk", flat=True)
    for holding in holdings():
        if holding.data_class not in _WARNED or holding.project != "project":
            continue
        for project_id in projects:
            rows = due_rows(organization, holding, rules, ahead, project_id).distinct()
            if holds:
                # What a hold keeps is not deleted then: a letter that says so would be wrong.
                kept = [row.pk for row in rows if thing_is_held(organization, holding, row)]
                rows = rows.exclude(pk__in=kept)
            for made_at in rows.values_list(holding.made, flat=True):
                when = rules.deletion_at(holding.data_class, made_at, project_id)
                if when is not None:
                    counts[project_id, str(holding.data_class), when.date()] += 1
    return [(*key, count) for key, count in counts.items()]
