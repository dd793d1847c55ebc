"""Headers that Django 5.2 does not set by itself."""

from collections.abc import Callable, Mapping, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse

ADMIN_PATH = "/admin/"


def _joined(policy: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in policy.items())


class SecurityHeadersMiddleware:
    """Adds the content security policy and the permissions policy of the settings to every answer that has none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = _joined(settings.CONTENT_SECURITY_POLICY)
        self.admin_policy = _joined(settings.ADMIN_CONTENT_SECURITY_POLICY)
        self.permissions = ", ".join(f"{name}={allowed}" for name, allowed in settings.PERMISSIONS_POLICY.items())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = self.admin_policy if request.path.startswith(ADMIN_PATH) else self.policy
        if targets := getattr(response, "form_targets", ()):
            # A view whose forms lead on to another site, such as a checkout, says where.
            policy = _joined({**settings.CONTENT_SECURITY_POLICY, "form-action": ["'self'", *targets]})
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", self.permissions)
        return response
