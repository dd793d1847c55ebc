"""Letters about decisions: to the owners of the organisation, with the reason, and to who reported, without it."""

from django.conf import settings
from django.urls import reverse

from accounts.models import Organization
from consent.letters import letter_write, organization_recipients
from projects.moderation.models import AbuseReport, Case, Decision, Verdict

_STOPPED = frozenset({Verdict.TAKE_DOWN, Verdict.SUSPEND, Verdict.ERASE})
_TO_REPORTERS = frozenset({Verdict.APPROVE, Verdict.RESTRICT}) | _STOPPED


def organization_tell(decision: Decision, case: Case, organization: Organization) -> None:
    """Tell the owners what was decided, why, and where they can answer it."""
    undone = bool(decision.reverses_id)
    title = decision.get_verdict_display().partition(":")[0].partition(",")[0].lower()
    about = case.clip or case.portrait or case.backdrop or case.subject
    for recipient in organization_recipients(organization):
        letter_write(
            organization=organization,
            key=f"moderation:{decision.pk}:{recipient}"[:200],
            recipient=recipient,
            subject=f"A moderator {'took a decision back' if undone else 'decided'}: {title}",
            body=(
                f"About: {about.pk if about is not None else organization.name} ({case.get_kind_display()})\n"
                f"Decision: {title}{', taken back' if undone else ''}\n"
                f"Reason: {decision.reason}\n\n"
                "You can answer it, or appeal to a second moderator: "
                f"{settings.LIKENESS_SITE_URL}{reverse('projects:decisions')}\n"
            ),
        )


def held_tell(case: Case, organization: Organization) -> None:
    """Tell the owners that a moderator looks at something first: nothing is held in silence."""
    about = case.clip or case.portrait or case.backdrop
    for recipient in organization_recipients(organization):
        letter_write(
            organization=organization,
            key=f"held:{case.pk}:{recipient}"[:200],
            recipient=recipient,
            subject="A moderator looks at something of yours first",
            body=(
                f"About: {about.pk if about is not None else organization.name}\n"
                f"Why: {case.summary}\n\n"
                "Until that is decided nothing new is made of it. You need not do anything; you are told the decision. "
                f"What is held stands here: {settings.LIKENESS_SITE_URL}{reverse('projects:decisions')}\n"
            ),
        )


def reporters_tell(decision: Decision, case: Case, organization: Organization) -> None:
    """Tell those who reported the clip, and gave an address, what became of it; not why, and not of whom."""
    if decision.verdict not in _TO_REPORTERS:
        return
    stopped = (decision.verdict in _STOPPED) != bool(decision.reverses_id)
    news = "It can no longer be watched." if stopped else "It can be watched."
    for report in AbuseReport.objects.filter(case=case).exclude(email=""):
        letter_write(
            organization=organization,
            key=f"reporter:{decision.pk}:{report.pk}"[:200],
            recipient=report.email,
            subject=f"Your report {report.pk}: a moderator {'looked again' if decision.reverses_id else 'has decided'}",
            body=(
                f"You reported a clip on {report.created_at:%d %B %Y}. A moderator has looked at it. {news}\n\n"
                "If it shows you, you can have everything of you erased: "
                f"{settings.LIKENESS_SITE_URL}{reverse('consent:not_me')}\n"
            ),
        )


def takedown_received(report: AbuseReport, organization: Organization) -> None:
    """Tell who asked for a take-down that it arrived, and until when it is decided."""
    due = report.case.due_at if report.case else None
    until = f" A moderator decides by {due:%d %B %Y, %H:%M} UTC." if due else ""
    letter_write(
        organization=organization,
        key=f"takedown:{report.pk}",
        recipient=report.email,
        subject=f"Your request {report.pk} was received",
        body=(
            f"Somebody, giving this address, asked for a clip to be taken down.{until}\n\n"
            "You are told what was decided. If it was not you, you need not do anything.\n"
        ),
    )
