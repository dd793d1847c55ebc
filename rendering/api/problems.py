"""What keeps a clip from being made, as problems of the API."""

from typing import Any

from accounts.api.problems import Problem, problem_of
from rendering.services import ConsentMissing, InputsErased


@problem_of.register
def _(error: ConsentMissing) -> Problem:
    if not error.decision.missing:
        return Problem("stopped", str(error))
    more: dict[str, Any] = {"missing": [str(scope) for scope in error.decision.missing], "url": error.url}
    more["links"] = [{"name": link.name, "url": link.url} for link in error.links]
    return Problem("consent-missing", str(error), more)


@problem_of.register
def _(error: InputsErased) -> Problem:
    return Problem("gone", str(error))
