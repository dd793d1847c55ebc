"""What stands around a clip, as a form: music under it, a title before it, a card after it."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Organization, User
from accounts.permissions import Act
from projects.forms import error_text
from projects.models import CARD_LENGTH, Music, Project
from projects.music import RIGHTS_LENGTH, music_upload
from projects.selectors import access_music
from rendering.engine.errors import SoundError

_LEVELS = (("quiet", "Quiet"), ("medium", "Medium"), ("loud", "Loud"))


class AroundForm(forms.Form):
    """Fields that a clip's form takes over; `music_kept` takes a new file in before the clip is made."""

    user: User
    music = forms.CharField(widget=forms.HiddenInput, required=False)
    music_file = forms.FileField(
        label="Music", required=False, widget=forms.FileInput(attrs={"accept": "audio/*"}), help_text="WAV, MP3, M4A, …"
    )
    music_rights = forms.CharField(
        label="Why you may use it",
        required=False,
        max_length=RIGHTS_LENGTH,
        help_text="Where it is from, and its licence. It is kept with the music.",
        widget=forms.TextInput(attrs={"placeholder": "For example: our own recording"}),
    )
    music_level = forms.ChoiceField(
        label="How loud", required=False, choices=_LEVELS, initial="medium", widget=forms.RadioSelect
    )
    title_card = forms.CharField(label="Title before it", required=False, max_length=CARD_LENGTH)
    end_card = forms.CharField(label="Card after it", required=False, max_length=CARD_LENGTH)

    def music_shown(self) -> Music | None:
        """The music that the page shows as chosen."""
        chosen = self["music"].value()
        return access_music(self.user, chosen) if chosen else None

    def music_kept(self, *, organization: Organization, project: Project) -> Music | None:
        """The music that was chosen, or the new file, taken in. Where it cannot be, the reason is beside the field."""
        values = self.cleaned_data
        file = values.get("music_file")
        if not file:
            return access_music(self.user, values["music"], act=Act.CREATE) if values.get("music") else None
        try:
            return music_upload(
                organization=organization,
                acting_user=self.user,
                project=project,
                name=PurePath(file.name).stem,
                rights=values["music_rights"],
                data=file.read(),
            )
        except SoundError as error:
            self.add_error("music_file", error_text(error))
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                self.add_error(name if name in self.fields else "music_file", texts)
        return None

    def around(self) -> dict[str, Any]:
        """The rest of it, as clip_create takes it."""
        values = self.cleaned_data
        return {
            "music_level": values["music_level"] or "medium",
            "title_card": values["title_card"],
            "end_card": values["end_card"],
        }
