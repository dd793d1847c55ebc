"""Who sees what in the back office's menu, and what its first page shows."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from accounts.models import User
from accounts.scopes import across_tenants
from consent.selfies import selfies_waiting
from consent.speaking import spoken_waiting
from projects.moderation.models import TO_DO, Case
from projects.moderation.selectors import is_moderator

NEXT = 8


def moderates(request: HttpRequest) -> bool:
    """Whether the request is a moderator's."""
    return isinstance(request.user, User) and is_moderator(request.user)


def cases_to_do(request: HttpRequest) -> str:
    """How many cases wait for the desk, for the menu."""
    return str(Case.objects.filter(state__in=TO_DO).count() or "") if moderates(request) else ""


def is_staff(request: HttpRequest) -> bool:
    """Whether the request is of this site's staff, who listen to and look at what programs could not tell."""
    return isinstance(request.user, User) and request.user.is_active and request.user.is_staff


@across_tenants("the desk is for all organisations")
def words_to_hear(request: HttpRequest) -> str:
    """How many recordings of spoken words wait for somebody to listen, for the menu."""
    return str(spoken_waiting().count() or "")


@across_tenants("the desk is for all organisations")
def answers_to_see(request: HttpRequest) -> str:
    """How many answers wait because a selfie did not match, for the menu."""
    return str(selfies_waiting().count() or "")


def first_page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The back office begins with what is most urgent."""
    if moderates(request):
        waiting = Case.objects.filter(state__in=TO_DO).select_related("organization")
        context |= {"moderates": True, "next_cases": waiting[:NEXT], "to_do": waiting.count()}
    return context


def _sees(permission: str) -> Callable[[HttpRequest], bool]:
    def seen(request: HttpRequest) -> bool:
        user = request.user
        return not isinstance(user, AnonymousUser) and bool(user.is_active and user.has_perm(permission))

    return seen


sees_subjects = _sees("consent.view_subject")
sees_questions = _sees("consent.view_consentrequest")
sees_events = _sees("consent.view_consentevent")
sees_reports = _sees("consent.view_likenessreport")
sees_opt_outs = _sees("consent.view_optout")
sees_erasures = _sees("consent.view_erasurerequest")
sees_holds = _sees("projects.view_legalhold")
sees_certificates = _sees("projects.view_deletioncertificate")
sees_sweeps = _sees("projects.view_sweeprun")
sees_projects = _sees("projects.view_project")
sees_portraits = _sees("projects.view_portrait")
sees_clips = _sees("projects.view_clip")
sees_renders = _sees("rendering.view_render")
sees_organizations = _sees("accounts.view_organization")
sees_users = _sees("accounts.view_user")
sees_groups = _sees("auth.view_group")
sees_audit = _sees("accounts.view_auditevent")
sees_credits = _sees("accounts.view_creditentry")
