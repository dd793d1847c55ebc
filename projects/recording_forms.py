"""A recording cut, cleaned, and written down."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts.models import User
from projects.forms import error_text
from projects.models import Recording
from projects.recordings import (
    LANGUAGES,
    MOST_LETTERS,
    recording_edit,
    transcript_hear,
    transcript_set,
    transcript_text,
)
from rendering.engine.errors import EngineError


class TrimForm(forms.Form):
    """Which part of the recording, and whether without its noise."""

    trim_start = forms.FloatField(label="From, seconds", min_value=0, widget=forms.NumberInput(attrs={"step": "0.1"}))
    trim_end = forms.FloatField(label="To, seconds", min_value=0, widget=forms.NumberInput(attrs={"step": "0.1"}))
    denoise = forms.BooleanField(label="Take away steady noise: hiss, hum, a fan", required=False)

    def __init__(self, recording: Recording, data: QueryDict | None = None) -> None:
        longest = (recording.source or recording).duration
        is_edited = recording.source_id is not None
        initial = {
            "trim_start": round(recording.trim_start or 0.0, 2) if is_edited else 0.0,
            "trim_end": round(recording.trim_end or longest, 2) if is_edited else round(longest, 2),
            "denoise": recording.denoised,
        }
        super().__init__(data, initial=initial)
        self.recording, self.longest = recording, round(longest, 2)

    def save(self, *, acting_user: User) -> Recording | None:
        """The recording as it was wished for, or None with the reasons beside the fields."""
        values = self.cleaned_data
        # What is shown is rounded: the end that was not touched is the end.
        end = None if abs(values["trim_end"] - self.longest) < 0.01 else values["trim_end"]
        try:
            return recording_edit(
                organization=self.recording.organization,
                acting_user=acting_user,
                recording=self.recording,
                start=values["trim_start"],
                end=end,
                denoise=values["denoise"],
            )
        except ValidationError as error:
            self.add_error("trim_end", error.messages)
        return None


class TranscriptForm(forms.Form):
    """What the recording says. `hear` lets the machine write it down."""

    transcript = forms.CharField(
        label="The words, for captions",
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text="Write what is said, as it shall be read. Each word gets the time at which it is heard.",
    )
    language = forms.ChoiceField(label="Language", choices=list(LANGUAGES.items()))

    def __init__(self, recording: Recording, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"transcript": transcript_text(recording), "language": recording.language})
        self.recording = recording

    def save(self, *, acting_user: User, hear: bool) -> Recording | None:
        """The recording with its words, or None with the reasons beside the fields."""
        values = self.cleaned_data
        owned: dict[str, Any] = {
            "organization": self.recording.organization,
            "acting_user": acting_user,
            "recording": self.recording,
            "language": values["language"],
        }
        try:
            return transcript_hear(**owned) if hear else transcript_set(**owned, text=values["transcript"])
        except ValidationError as error:
            self.add_error("transcript", error.messages)
        except EngineError as error:
            self.add_error("transcript", error_text(error))
        return None
