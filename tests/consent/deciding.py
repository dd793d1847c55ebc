"""The gate's question about a clip, as tests of consent ask it."""

from consent.gate import Action, Decision
from consent.selectors import ask_gate
from projects.models import Clip


def decision(clip: Clip, action: Action = Action.SUBMIT, **changes) -> Decision:
    """What the gate says of the clip now, or of one that differs from it in `changes`."""
    values = {
        "photo_sha256": clip.portrait.sha256,
        "words": clip.words,
        "voice": clip.voice,
        "recording_sha256": clip.recording.sha256 if clip.recording else "",
        **changes,
    }
    return ask_gate(subject=clip.portrait.subject, action=action, **values)
