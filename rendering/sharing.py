"""Whether a link to a clip can be made now."""

from consent.gate import Action
from projects.models import Clip
from rendering.gating import ask
from rendering.models import Render
from rendering.states import RenderState


def why_not_shared(clip: Clip) -> tuple[str, ...]:
    """What stands in the way of a link to the clip, in words; nothing where one can be made."""
    made = Render.objects.filter(clip=clip, state=RenderState.PUBLISHED).first()
    if made is None:
        return ("The clip is not finished yet.",)
    decision = ask(clip, Action.DOWNLOAD, made_at=made.created_at)
    return () if decision.allowed else decision.reasons or ("It may not leave the house now.",)
