"""The view that all of the API's views are: it knows the tenant and hands on objects, never ids."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, ClassVar, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from rest_framework import exceptions, serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.acting import acting_through
from accounts.api.authentication import Caller, KeyAuthentication, SessionAuthentication
from accounts.api.conditional import etag_of, make_conditional, matches
from accounts.api.limits import MAX_JSON_BYTES, CallerThrottle
from accounts.api.pages import page
from accounts.api.problems import ProblemError
from accounts.api.schema import ApiSchema
from accounts.api.scopes import Level, Resource
from accounts.credits import organization_lock
from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.scopes import narrow_to

SAFE = ("GET", "HEAD", "OPTIONS")
_WRITES = dict.fromkeys(("POST", "PUT", "PATCH"), Act.CREATE) | {"DELETE": Act.DELETE}
_USUAL = dict.fromkeys(SAFE, Act.VIEW) | _WRITES
Door = Callable[..., Any]


class _AlwaysJson(BaseContentNegotiation):
    """The API speaks JSON; what a client says it would rather have is no reason to say nothing."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        media_type = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class ApiView(APIView):
    """A resource of one organisation.

    `resource`: which scopes of a key open it; None for what any key may read. `acts`: what the role has to allow, by
    method (one of several suffices); reading needs VIEW, deleting DELETE and other writing CREATE, unless it says
    otherwise. `doors`: for each “{name}_id” in the address the door behind which it lies; the handler gets the object
    as `name`.
    """

    resource: ClassVar[Resource | None] = None
    acts: ClassVar[Mapping[str, tuple[Act, ...]]] = {}
    doors: ClassVar[Mapping[str, Door]] = {}
    filterset_class: ClassVar[type[FilterSet] | None] = None

    schema = ApiSchema()
    authentication_classes = (KeyAuthentication, SessionAuthentication)
    permission_classes = ()
    throttle_classes = (CallerThrottle,)
    renderer_classes = (JSONRenderer,)
    parser_classes: Sequence[type[BaseParser]] = (JSONParser,)
    content_negotiation_class = _AlwaysJson
    metadata_class = None
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    caller: Caller

    @property
    def organization(self) -> Organization:
        return self.caller.organization

    @property
    def user(self) -> User:
        """For whom the request acts: whoever is signed in, or made the key."""
        return self.caller.user

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self._held:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.auth is None:
            raise exceptions.NotAuthenticated("Send an API key: Authorization: Bearer lk_live_…")
        self.caller = cast("Caller", request.auth)
        narrow_to(self.organization)
        if self.caller.key:
            self._held.enter_context(acting_through(self.caller.key.pk))
        method = str(request.method)
        if method.lower() not in self.http_method_names or not hasattr(self, method.lower()):
            raise exceptions.MethodNotAllowed(method)
        self._check_size(request)
        acts = self.acts.get("GET" if method == "HEAD" else method) or (_USUAL[method],)
        self._check_permission(method, acts)
        # `kwargs` is a copy; what DRF hands to the handler is in self.kwargs.
        for name, door in self.doors.items():
            self.kwargs[name] = self._open(door, self.kwargs.pop(f"{name}_id"), acts)
        if method not in SAFE and (wanted := request.headers.get("If-Match")):
            self._check_unchanged(request, wanted)

    def _check_size(self, request: Request) -> None:
        length = str(request.META.get("CONTENT_LENGTH") or "0")
        is_form = (request.content_type or "").startswith("multipart/")
        if not is_form and length.isdecimal() and int(length) > MAX_JSON_BYTES:
            raise ProblemError("too-large", f"A JSON body may have up to {MAX_JSON_BYTES} bytes.")

    def _check_permission(self, method: str, acts: tuple[Act, ...]) -> None:
        level = Level.READ if method in SAFE else Level.WRITE
        if self.resource is not None and not self.caller.has(self.resource, level):
            scope = f"{self.resource}:{level}"
            raise ProblemError("scope-missing", f"This key has not the scope {scope}.", scope=scope)
        if not self.caller.may(*acts):
            raise ProblemError("forbidden", "The role in this organisation does not allow that. Ask its owner.")

    def _open(self, door: Door, object_id: str, acts: tuple[Act, ...]) -> Any:
        """The object behind its door; one of another organisation of the same person is not there either."""
        act = next(act for act in acts if self.caller.may(act))
        thing = door(self.user, object_id, act=act)
        if thing.organization_id != self.organization.pk:
            raise Http404
        return thing

    def named(self, values: dict[str, Any], field: str, door: Door, act: Act = Act.CREATE) -> Any:
        """The object that the body names in `field`. Raises ValidationError where there is none for this caller."""
        try:
            return self._open(door, values[field], (act,))
        except Http404:
            raise ValidationError({field: "There is nothing with this id."}) from None

    def _check_unchanged(self, request: Request, wanted: str) -> None:
        """If-Match: the change happens only to what the client has seen; the organisation is locked until it did."""
        if not hasattr(self, "get"):
            return
        self._held.enter_context(transaction.atomic())
        organization_lock(self.organization)
        if not matches(wanted, etag_of(self.get(request, **self.kwargs).data)):
            raise ProblemError("precondition-failed")

    def page(
        self,
        request: Request,
        rows: QuerySet[Any],
        serializer: type[serializers.BaseSerializer[Any]],
        *,
        order: str = "created_at",
    ) -> Response:
        """One page of the rows that the filters let through."""
        if self.filterset_class is not None:
            rows = DjangoFilterBackend().filter_queryset(request, rows, self)
        context = {"caller": self.caller}
        return page(request, rows, lambda found: serializer(found, many=True, context=context).data, order=order)

    def read(self, request: Request, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The body's values. Raises ValidationError with everything that is wrong."""
        if not isinstance(request.data, dict):
            raise ProblemError("malformed", "The body is a JSON object.")
        values = serializer(data=request.data)
        values.is_valid(raise_exception=True)
        validated: dict[str, Any] = values.validated_data
        return validated

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        # What belongs to one organisation is kept by no cache in between.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        allowance = getattr(request._request, "api_allowance", None)
        if allowance is not None:
            for name, value in allowance.headers().items():
                response.headers[name] = value
        make_conditional(request, response)
        return response
