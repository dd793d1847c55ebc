"""What the site can tell a person about clips of them, and whom a clip shows that somebody names."""

import re

from consent.gate import Action
from consent.models import Subject
from consent.telling import Made
from projects.models import Portrait
from projects.selectors import clips_showing
from rendering.gating import ask
from rendering.models import Render
from rendering.states import RenderState

_ID = re.compile(r"\b(rnd|clp)_[0-9a-z]{16}\b")


def renders_told(subject: Subject) -> list[Made]:
    """The clips that were made, or asked for, of the subject."""
    renders = Render.objects.filter(clip__in=clips_showing(subject)).select_related(
        "clip__portrait__subject", "clip__recording"
    )
    return [
        Made(
            id=render.pk,
            what="clip",
            title=render.clip.title,
            made_at=render.created_at.isoformat(timespec="seconds"),
            standing=_standing(render),
        )
        for render in renders
    ]


def portraits_told(subject: Subject) -> list[Made]:
    """The pictures of the subject."""
    return [
        Made(
            id=portrait.pk,
            what="picture",
            title=portrait.name,
            made_at=portrait.created_at.isoformat(timespec="seconds"),
            standing="erased" if portrait.erased_at else "kept",
        )
        for portrait in Portrait.objects.filter(subject=subject)
    ]


def subject_of_clip(reference: str) -> Subject | None:
    """Whom the clip shows whose address or number stands in the text."""
    for match in _ID.finditer(reference):
        field = "clips__renders" if match.group(1) == "rnd" else "clips"
        portrait = Portrait.objects.filter(**{field: match.group(0)}).select_related("subject__organization").first()
        if portrait is not None:
            return portrait.subject
    return None


def _standing(render: Render) -> str:
    if render.state != RenderState.PUBLISHED:
        return render.get_state_display().lower()
    seen = ask(render.clip, Action.VIEW, made_at=render.created_at).allowed
    return "can be watched" if seen else "cannot be watched any more"
