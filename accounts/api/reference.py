"""The pages about the API, for people: the reference, and what each problem means."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.api.problems import KINDS


@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """Every operation, to be tried out; made of the description by Swagger UI, from this site's own files."""
    return render(request, "api/docs.html")


@require_GET
def problems(request: HttpRequest) -> HttpResponse:
    """What each `type` of a problem means: problems link here."""
    return render(request, "api/problems.html", {"kinds": KINDS.items()})
