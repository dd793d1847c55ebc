"""Who is shown, what they were asked and answered, what has to be told and erased, and who must not be shown."""

from consent.models.asking import (
    Challenge,
    ConsentBatch,
    ConsentEvent,
    ConsentRequest,
    ConsentTrace,
    EventScope,
    EventState,
    GrantorKind,
    VoiceKind,
)
from consent.models.comparing import SelfieCheck, SelfieOutcome, SelfieState
from consent.models.duties import ErasureCause, ErasureRequest, Letter, LetterStop
from consent.models.refusing import Appeal, AppealState, LikenessReport, OptOut, ReportState
from consent.models.speaking import SpokenProof, SpokenState
from consent.models.subjects import Evidence, ModerationState, Subject, SubjectKind

__all__ = [
    "Appeal",
    "AppealState",
    "Challenge",
    "ConsentBatch",
    "ConsentEvent",
    "ConsentRequest",
    "ConsentTrace",
    "ErasureCause",
    "ErasureRequest",
    "EventScope",
    "EventState",
    "Evidence",
    "GrantorKind",
    "Letter",
    "LetterStop",
    "LikenessReport",
    "ModerationState",
    "OptOut",
    "ReportState",
    "SelfieCheck",
    "SelfieOutcome",
    "SelfieState",
    "SpokenProof",
    "SpokenState",
    "Subject",
    "SubjectKind",
    "VoiceKind",
]
