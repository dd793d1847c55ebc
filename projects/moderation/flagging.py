"""Flagging at the door: called in the transaction that makes a clip or a portrait."""

from projects.models import Clip, Portrait
from projects.moderation.flags import photo_flag, words_flag
from projects.moderation.models import CaseKind
from projects.moderation.services import case_open


def clip_look(clip: Clip) -> None:
    """Put the clip into the moderators' queue if its words say something that a person should look at."""
    if (flag := words_flag(clip.words)) is not None:
        case_open(
            key=f"words:{clip.pk}",
            kind=CaseKind.WORDS,
            risk=flag.risk,
            summary=flag.summary,
            organization=clip.organization,
            clip=clip,
        )


def portrait_look(portrait: Portrait) -> None:
    """Put the portrait into the moderators' queue if its photo is shown elsewhere as somebody else."""
    if (flag := photo_flag(portrait)) is not None:
        case_open(
            key=f"photo:{portrait.pk}",
            kind=CaseKind.PHOTO,
            risk=flag.risk,
            summary=flag.summary,
            organization=portrait.organization,
            portrait=portrait,
        )
