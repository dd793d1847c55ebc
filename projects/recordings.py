"""Recordings after they were uploaded: cut and cleaned as copies, and written down for captions.

A recording is never changed: consent is given to what somebody heard. A cut or cleaned one is another recording, with a
fingerprint of its own, that is asked about again.
"""

import hashlib
import io
import wave
from typing import TYPE_CHECKING

import numpy as np
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from accounts.ids import new_id
from accounts.models import Organization, User
from accounts.permissions import Act
from accounts.services import audit_record, authorize
from projects.models import Recording
from projects.services import insert, restore, wav_of
from projects.uploads import stored

if TYPE_CHECKING:
    from rendering.engine.speech import Sound, Word

MOST_LETTERS = 5_000
SHORTEST = 0.5  # s
# Languages that a recording's words may be marked as: players name the caption track by it, fonts are chosen by it.
LANGUAGES = {
    "en": "English", "ar": "Arabic", "zh": "Chinese", "cs": "Czech", "da": "Danish", "nl": "Dutch", "fi": "Finnish",
    "fr": "French", "de": "German", "el": "Greek", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "nb": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "es": "Spanish", "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese",
}  # fmt: skip


def recording_edit(
    *,
    organization: Organization,
    acting_user: User,
    recording: Recording,
    start: float = 0.0,
    end: float | None = None,
    denoise: bool = False,
) -> Recording:
    """A copy of `recording` from `start` to `end` s, without its steady noise where `denoise` says so.

    Of a copy, the original is copied again, so that two edits do not add up. Nothing to do gives the original back.
    Raises PermissionDenied, ValidationError: too short, beyond the end, erased.
    """
    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    original = recording.source or recording
    if original.erased_at is not None:
        raise ValidationError({"trim": "This recording was erased. Upload it again."})
    sound = sound_of(original)
    until = sound.duration if end is None else end
    if not 0 <= start < until <= sound.duration + 0.05:
        raise ValidationError({"trim": f"Choose a part of the recording, which is {sound.duration:.1f} seconds long."})
    if until - start < SHORTEST:
        raise ValidationError({"trim": "Keep at least half a second."})
    if not denoise and start == 0 and until >= sound.duration:
        return original
    content = wav_of(_edited(sound, start, until, denoise=denoise))
    sha256 = hashlib.sha256(content).hexdigest()
    same = Recording.objects.filter(organization=organization, project=original.project, sha256=sha256)
    if (existing := same.first()) is not None:
        if existing.erased_at is not None:
            restore(existing, content)
        return existing
    copy = Recording(
        id=new_id("rec"),
        organization=organization,
        created_by=acting_user,
        project=original.project,
        name=original.name,
        sha256=sha256,
        duration=_seconds(content),
        source=original,
        trim_start=start,
        trim_end=until,
        denoised=denoise,
        language=original.language,
        transcript=[
            [text, round(max(begin - start, 0.0), 3), round(min(stop, until) - start, 3)]
            for text, begin, stop in original.transcript
            if stop > start and begin < until
        ],
    )
    key = f"org/{organization.pk}/recordings/{copy.pk}.wav"
    try:
        with stored(key, content) as copy.file.name, transaction.atomic():
            insert(copy, acting_user, "recording.edited", source=original.pk)
    except IntegrityError:
        # A second click was faster.
        if (existing := same.first()) is None:
            raise
        return existing
    return copy


@transaction.atomic
def transcript_set(
    *, organization: Organization, acting_user: User, recording: Recording, text: str, language: str
) -> Recording:
    """Keep `text` as what the recording says, for captions; words that stood there before keep their times.

    Raises PermissionDenied, ValidationError.
    """
    from rendering.engine.speech import Word  # noqa: PLC0415  the engine's package: only when it is needed
    from rendering.engine.speech.transcripts import timed_words  # noqa: PLC0415

    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    _refuse_erased(recording)
    if len(text) > MOST_LETTERS:
        raise ValidationError({"transcript": f"Captions have at most {MOST_LETTERS:,} characters."})
    known = tuple(Word(text, start, end) for text, start, end in recording.transcript)
    plain = "".join(letter if letter.isprintable() or letter.isspace() else " " for letter in text)
    words = timed_words(plain, sound=sound_of(recording), known=known)
    return _keep(recording, acting_user, words, language)


@transaction.atomic
def transcript_hear(*, organization: Organization, acting_user: User, recording: Recording, language: str) -> Recording:
    """Let the recogniser of this machine write the recording down; what stood there before is replaced.

    Raises PermissionDenied, ValidationError, EngineError("recogniser-missing").
    """
    from rendering.engine.speech import transcribe  # noqa: PLC0415

    authorize(organization=organization, acting_user=acting_user, act=Act.CREATE)
    _refuse_erased(recording)
    return _keep(recording, acting_user, transcribe(sound_of(recording), language=language), language)


def transcript_text(recording: Recording) -> str:
    """What the recording says, as plain text."""
    return " ".join(str(text) for text, _, _ in recording.transcript)


def sound_of(recording: Recording) -> "Sound":
    """The recording as it is kept."""
    from rendering.engine.speech import Sound  # noqa: PLC0415

    with default_storage.open(recording.file.name or "", "rb") as stored_file, wave.open(stored_file, "rb") as file:
        rate, data = file.getframerate(), file.readframes(file.getnframes())
    return Sound((np.frombuffer(data, "<i2") / 32767.0).astype(np.float32), rate)


def _keep(recording: Recording, acting_user: User, words: "tuple[Word, ...]", language: str) -> Recording:
    if language not in LANGUAGES:
        raise ValidationError({"transcript": "Choose the language that is spoken."})
    transcript = [[word.text, round(word.start, 3), round(word.end, 3)] for word in words]
    if (transcript, language) == (recording.transcript, recording.language):
        return recording
    recording.transcript, recording.language = transcript, language
    recording.save(update_fields=["transcript", "language"])
    audit_record(
        organization=recording.organization,
        acting_user=acting_user,
        action="recording.written-down",
        object_id=recording.pk,
        data={"words": len(transcript), "sha256": hashlib.sha256(transcript_text(recording).encode()).hexdigest()},
    )
    return recording


def _refuse_erased(recording: Recording) -> None:
    if recording.erased_at is not None:
        raise ValidationError({"transcript": "This recording was erased. Upload it again."})


def _edited(sound: "Sound", start: float, end: float, *, denoise: bool) -> "Sound":
    from rendering.engine.speech import Sound  # noqa: PLC0415
    from rendering.engine.speech.denoising import denoised  # noqa: PLC0415
    from rendering.engine.speech.loudness import set_loudness  # noqa: PLC0415

    if denoise:
        sound = denoised(sound)  # the whole: its pauses tell the noise
    samples = sound.samples[round(start * sound.rate) : round(end * sound.rate)].copy()
    ramp = np.linspace(0, 1, round(0.01 * sound.rate), dtype=np.float32)  # no click where it is cut
    samples[: len(ramp)] *= ramp
    samples[len(samples) - len(ramp) :] *= ramp[::-1]
    return Sound(set_loudness(samples, sound.rate), sound.rate)


def _seconds(content: bytes) -> float:
    with wave.open(io.BytesIO(content), "rb") as file:
        return file.getnframes() / file.getframerate()
