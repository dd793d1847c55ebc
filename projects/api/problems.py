"""What the engine and the erasers refuse, as problems of the API."""

from accounts.api.problems import Problem, problem_of
from projects.moderation.services import CaseConflict
from projects.retention.deleting import NotDeletable
from rendering.engine.errors import EngineError, PhotoError, SoundError


@problem_of.register
def _(error: EngineError) -> Problem:
    match error:
        case PhotoError():
            code = "unusable-photo"
        case SoundError():
            code = "unusable-sound"
        case _:
            code = "unusable-words"
    return Problem(code, error.message, {"reason": error.code, "advice": error.advice})


@problem_of.register
def _(error: NotDeletable) -> Problem:
    return Problem("conflict", str(error))


@problem_of.register
def _(error: CaseConflict) -> Problem:
    return Problem("conflict", str(error))
