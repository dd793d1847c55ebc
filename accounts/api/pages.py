"""Lists page by page. A cursor names the last row that was seen, so that rows which come in meanwhile move nothing."""

import base64
import json
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Model, QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.problems import ProblemError

DEFAULT_LIMIT = 25
MAX_LIMIT = 100


class PageQuery(serializers.Serializer[Any]):
    """What every list understands."""

    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT, help_text="How many to a page."
    )
    cursor = serializers.CharField(
        required=False, max_length=200, help_text="`next_cursor` of the page before, as it came."
    )


@cache
def page_of(item: type[serializers.BaseSerializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The serializer of a page of such items, for the schema."""
    name = f"{item.__name__.removesuffix('Serializer')}Page"
    fields = {
        "data": item(many=True),
        "next_cursor": serializers.CharField(allow_null=True, help_text="null on the last page"),
    }
    return type(f"{name}Serializer", (serializers.Serializer,), fields)


def page(
    request: Request, rows: QuerySet[Any], represent: Callable[[list[Any]], list[Any]], *, order: str = "created_at"
) -> Response:
    """One page of `rows`, newest first by `order` and primary key."""
    query = PageQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    limit: int = query.validated_data["limit"]
    rows = rows.order_by(f"-{order}", "-pk")
    if cursor := query.validated_data.get("cursor"):
        at, pk = _read(cursor)
        # The first condition can use an index on (organization, order, id); the second drops the few of that moment.
        rows = rows.filter(**{f"{order}__lte": at}).exclude(**{order: at, "pk__gte": pk})
    found = list(rows[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    next_cursor = _written(found[-1], order) if more else None
    response = Response({"data": represent(found), "next_cursor": next_cursor})
    if next_cursor:
        address = request.build_absolute_uri()
        params = request.query_params.copy()
        params["cursor"] = next_cursor
        response.headers["Link"] = f'<{address.partition("?")[0]}?{params.urlencode()}>; rel="next"'
    return response


def _written(row: Model, order: str) -> str:
    at: datetime = getattr(row, order)
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), row.pk]).encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[datetime, str | int]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        at, pk = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        moment = datetime.fromisoformat(at)
    except (ValueError, TypeError) as error:
        raise ProblemError("bad-cursor") from error
    if moment.tzinfo is None or not isinstance(pk, str | int) or isinstance(pk, bool) or "\x00" in str(pk):
        raise ProblemError("bad-cursor")
    return moment, pk
