"""/api/v1: every app's part of the API, its description, and what stands where there is nothing."""

from typing import Any

from django.http import Http404
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api import reference
from accounts.api.schema import PROBLEM_SCHEMA, problem_responses
from accounts.scopes import within

app_name = "api"

API_PATH = "/api/v1/"


class NothingHere(APIView):
    """Answers what no resource answers, as a problem and not as a page."""

    renderer_classes = (JSONRenderer,)
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404


# Filters look at their models' rows as they are imported; no tenant's may be among them.
with within():
    _parts = [include(f"{app}.api.urls") for app in ("accounts", "consent", "projects", "rendering")]

urlpatterns = [
    *(path("", part) for part in _parts),
    path("docs", reference.docs, name="docs"),
    path("problems", reference.problems, name="problems"),
    path("openapi.json", SpectacularJSONAPIView.as_view(), name="schema"),
    re_path(r"^.*$", NothingHere.as_view(), name="nothing"),
]


def only_the_api(endpoints: list[Any], **kwargs: Any) -> list[Any]:
    """What the description describes: /api/v1 without itself."""
    return [
        endpoint
        for endpoint in endpoints
        if endpoint[0].startswith(API_PATH) and endpoint[0] != f"{API_PATH}openapi.json"
    ]


def with_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Adds what the operations refer to when they tell of errors."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    components["responses"] = problem_responses()
    return result
