"""What is said, and how: the form behind a clip."""

import hashlib
import uuid
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError

from accounts.models import Organization, User
from accounts.names import visible
from accounts.permissions import Act
from projects.backdrops import backdrop_upload
from projects.forms import error_text
from projects.models import TITLE_LENGTH, Aspect, Backdrop, Clip, Ground, Layout, Portrait, Recording
from projects.selectors import access_backdrop, access_portrait, access_recording
from projects.services import clip_create
from rendering.around_forms import AroundForm
from rendering.engine.errors import PhotoError, WordsError
from rendering.engine.motion import STYLES
from rendering.engine.speech import VOICES, all_voices
from rendering.engine.video.caption_drawing import LOOKS
from rendering.scene_forms import SceneForm

ONCE_SECONDS = 6 * 3600
TITLE_CHARACTERS = 60
_SHAPES = {Aspect.PHOTO: "Picture", Aspect.TALL: "Tall 9:16", Aspect.SQUARE: "Square", Aspect.WIDE: "Wide 16:9"}
# What the page shows back while somebody types: the field, the other field that it depends on, where it appears.
_SHOWN_BACK = (("words", "voice", "estimate"), ("direction", "style", "heard"))


def sent_before(*values: object) -> bool:
    """Whether exactly this was sent already: True from the second time on."""
    fingerprint = hashlib.sha256(repr(values).encode()).hexdigest()
    return not cache.add(f"sent:{fingerprint}", "once", ONCE_SECONDS)


def fresh_number() -> str:
    """A number for a form that shall count once, however often it is sent."""
    return uuid.uuid4().hex


class ClipForm(AroundForm):
    """A portrait, words or a recording, and the manner. `save` leaves what is wrong beside the fields."""

    once = forms.CharField(widget=forms.HiddenInput, initial=fresh_number, required=False)
    portrait = forms.CharField(widget=forms.HiddenInput, required=False)
    source = forms.ChoiceField(
        choices=(("words", "Type the words"), ("recording", "Use a recording")),
        initial="words",
        widget=forms.RadioSelect,
    )
    words = forms.CharField(required=False, strip=False, widget=forms.Textarea(attrs={"rows": 5}))
    recording = forms.CharField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(
        label="What is it for?",
        required=False,
        max_length=TITLE_LENGTH,
        help_text="It becomes the clip’s name, and the person who is asked for consent reads it.",
        widget=forms.TextInput(attrs={"placeholder": "For example: a welcome at the museum’s door"}),
    )
    voice = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    style = forms.ChoiceField(initial="presenter", widget=forms.RadioSelect)
    direction = forms.CharField(
        required=False,
        max_length=500,
        help_text="In your own words, for example: soft smile, gentle head turn, warm tone.",
    )
    aspect = forms.ChoiceField(
        initial=Aspect.PHOTO.value,
        choices=[(shape.value, title) for shape, title in _SHAPES.items()],
        widget=forms.RadioSelect,
    )
    captions = forms.ChoiceField(
        label="Captions in the picture",
        required=False,
        choices=[("", "None"), *((look.id, look.title) for look in LOOKS.values())],
        widget=forms.RadioSelect,
    )
    background = forms.ChoiceField(
        initial=Ground.KEEP.value, choices=Ground.choices, required=False, widget=forms.RadioSelect
    )
    background_colour = forms.CharField(
        required=False,
        max_length=7,
        initial="#e8e6e1",
        label="Colour behind",
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    backdrop = forms.CharField(widget=forms.HiddenInput, required=False)
    backdrop_file = forms.FileField(
        required=False, label="Picture for behind", widget=forms.FileInput(attrs={"accept": "image/*"})
    )
    layout = forms.ChoiceField(
        initial=Layout.TURNS.value, choices=Layout.choices, required=False, widget=forms.RadioSelect
    )
    caption_names = forms.BooleanField(label="Say in the caption files who speaks", required=False)
    commercial = forms.BooleanField(required=False)
    public = forms.BooleanField(required=False)

    def __init__(
        self, user: User, addresses: dict[str, str], *args: Any, scenes: Sequence[SceneForm] = (), **kwargs: Any
    ) -> None:
        """`addresses`: where the page asks what it shows back of the words ("estimate") and the direction ("heard").
        `scenes`: those after the first one.
        """
        super().__init__(*args, **kwargs)
        self.user, self.scenes = user, list(scenes)
        self.scenes_error = ""
        self.chosen_portrait: Portrait | None = None
        self.chosen_recording: Recording | None = None
        self.chosen_backdrop: Backdrop | None = None
        self.fields["voice"] = forms.ChoiceField(
            choices=[(entry.voice.id, entry.voice.name) for entry in all_voices() if entry.installed],
            initial=next(iter(VOICES)),
            required=False,
            widget=forms.RadioSelect,
        )
        self.fields["style"].choices = [(style.id, style.title) for style in STYLES.values()]  # type: ignore[attr-defined]
        for name, other, target in _SHOWN_BACK:
            self.fields[name].widget.attrs |= {
                "hx-post": addresses[target],
                "hx-target": f"#{target}",
                "hx-trigger": f"input changed delay:400ms, change from:#{other}-choice",
                "hx-params": f"{name},{other},csrfmiddlewaretoken",
                "hx-sync": "this:replace",
            }

    def is_valid(self) -> bool:
        # All of them, so that everything that is wrong is told at once.
        return all([super().is_valid(), *(scene.is_valid() for scene in self.scenes)])

    def clean_title(self) -> str:
        # The person who is asked for consent reads it.
        return visible(self.cleaned_data["title"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("portrait"):
            self.chosen_portrait = access_portrait(self.user, values["portrait"], act=Act.CREATE)
        else:
            self.add_error("portrait", "Choose a picture first: upload one with “Use this picture”.")
        if values.get("recording"):
            self.chosen_recording = access_recording(self.user, values["recording"], act=Act.CREATE)
        if values.get("backdrop"):
            self.chosen_backdrop = access_backdrop(self.user, values["backdrop"], act=Act.CREATE)
        if values.get("background") == Ground.PICTURE and not (self.chosen_backdrop or values.get("backdrop_file")):
            self.add_error("backdrop_file", "Choose the picture that shall lie behind the person.")
        if values.get("source") == "recording" and not self.chosen_recording:
            self.add_error("recording", "Choose a sound file, or record something.")
        if values.get("source") == "words" and "words" in values and not values["words"].strip():
            self.add_error("words", "Type what shall be said.")
        return values

    def recording_shown(self) -> Recording | None:
        """The recording that the page shows as chosen."""
        chosen = self["recording"].value()
        return access_recording(self.user, chosen) if chosen else None

    def backdrop_shown(self) -> Backdrop | None:
        """The picture for behind that the page shows as chosen."""
        chosen = self.chosen_backdrop.pk if self.chosen_backdrop else self["backdrop"].value()
        return access_backdrop(self.user, chosen) if chosen else None

    def keep_backdrop(self, *, organization: Organization) -> bool:
        """Take a new picture for behind in; False, with the reason beside the field, where it cannot be."""
        values = self.cleaned_data
        if values["background"] != Ground.PICTURE or not values["backdrop_file"] or self.chosen_portrait is None:
            return True
        file = values["backdrop_file"]
        try:
            self.chosen_backdrop = backdrop_upload(
                organization=organization,
                acting_user=self.user,
                project=self.chosen_portrait.project,
                name=PurePath(file.name).stem,
                data=file.read(),
            )
        except PhotoError as error:
            self.add_error("backdrop_file", error_text(error))
            return False
        return True

    def sent_before(self) -> bool:
        """Whether this very form was sent already: a second click. With anything changed it is another one."""
        values = self.cleaned_data
        told = sorted((name, value) for name, value in values.items() if not name.endswith("_file"))
        files = [file and (file.name, file.size) for file in (values.get("backdrop_file"), values.get("music_file"))]
        scenes = [sorted(scene.cleaned_data.items()) for scene in self.scenes]
        return bool(values["once"]) and sent_before(self.user.pk, *told, *files, *scenes)

    def save(self, *, organization: Organization) -> Clip | None:
        """The new clip, or None with the reasons beside the fields."""
        values = self.cleaned_data
        if self.chosen_portrait is None:
            raise ValueError("a clip is made of a valid form")
        by_recording = values["source"] == "recording"
        if not self.keep_backdrop(organization=organization):
            return None
        music = self.music_kept(organization=organization, project=self.chosen_portrait.project)
        if self.errors:
            return None
        try:
            return clip_create(
                organization=organization,
                acting_user=self.user,
                portrait=self.chosen_portrait,
                words="" if by_recording else values["words"],
                recording=self.chosen_recording if by_recording else None,
                voice=values["voice"] or next(iter(VOICES)),
                style=values["style"],
                direction=values["direction"],
                aspect=values["aspect"],
                captions=bool(values["captions"]),
                caption_look=values["captions"] or "plain",
                commercial=values["commercial"],
                public=values["public"],
                background=values["background"] or Ground.KEEP,
                background_colour=values["background_colour"],
                backdrop=self.chosen_backdrop,
                music=music,
                **self.around(),
                scenes=[scene.wish() for scene in self.scenes],
                layout=values["layout"] if self.scenes and values["layout"] else Layout.TURNS,
                caption_names=bool(self.scenes) and values["caption_names"],
                title=values["title"] or title_of("" if by_recording else values["words"], self.chosen_portrait),
            )
        except WordsError as error:
            self.add_error("words", error_text(error))
        except ValidationError as error:
            for name, texts in error.message_dict.items() if hasattr(error, "error_dict") else [("", error.messages)]:
                self._complain(name, texts)
        return None

    def _complain(self, name: str, texts: list[str]) -> None:
        """Put a complaint of the services beside the field that it is about, in whichever scene."""
        match name.split("."):
            case ["scenes", index, field]:
                self.scenes[int(index)].add_error(field if field in self.scenes[int(index)].fields else None, texts)
            case ["scenes"]:
                self.scenes_error = " ".join(texts)
            case _:
                self.add_error(name if name in self.fields else None, texts)


def title_of(words: str, portrait: Portrait) -> str:
    """The first words, cut between words; of a recording, whom it shows."""
    text = " ".join(words.split())
    if not text:
        return portrait.name
    if len(text) <= TITLE_CHARACTERS:
        return text
    return text[:TITLE_CHARACTERS].rsplit(" ", 1)[0].rstrip(",;:.–- ") + "…"
