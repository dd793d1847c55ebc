"""The first page, and the ways in and out."""

from typing import Any

from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.forms import OrganizationForm, SignInForm, SignUpForm
from accounts.tenancy import signed_in

STUDIO = "rendering:studio"
SAMPLE_PORTRAIT = "sample/portrait.jpg"
SAMPLE_CLIP = "sample/clip.mp4"


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What Likeness is, with the sample portrait; its clip plays where one was made."""
    sample = {"portrait": SAMPLE_PORTRAIT, "clip": SAMPLE_CLIP if finders.find(SAMPLE_CLIP) else ""}
    return render(request, "accounts/home.html", {"sample": sample})


class SignIn(LoginView):
    """Sign in and go where the person wanted to go, or to the studio."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    next_page = STUDIO
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A part of a page that asks for itself after its reader has signed out gets no form in its place: the whole
        page is loaded again, and leads here.
        """
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponse(headers={"HX-Refresh": "true"})
        return super().dispatch(request, *args, **kwargs)


class SignOut(LogoutView):
    """Sign out, by POST only."""

    next_page = "accounts:home"


@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Make an account with its studio, and walk in."""
    if request.user.is_authenticated:
        return redirect(STUDIO)
    form = SignUpForm(request.POST or None, request=request)
    if form.is_valid() and (user := form.create()):
        login(request, user)
        return redirect(STUDIO)
    return render(request, "accounts/sign_up.html", {"form": form})


@login_required
@require_http_methods(["GET", "POST"])
def organization_new(request: HttpRequest) -> HttpResponse:
    """A studio for somebody who has an account and no studio."""
    form = OrganizationForm(request.POST or None)
    if form.is_valid():
        form.create_for(signed_in(request))
        return redirect(STUDIO)
    return render(request, "accounts/organization_new.html", {"form": form})
