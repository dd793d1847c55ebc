"""The scenes after the first one on the page of a new clip: parts of its form that come and go, and change places."""

import re
import secrets
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from accounts.models import Organization, User
from accounts.permissions import Act
from projects.models import Clip, Portrait, Project, Recording, Scene
from projects.moderation.selectors import pictures_taken_down
from projects.scenes import SceneWish
from projects.selectors import access_portrait, access_recording, portraits_of, projects_of, recordings_of
from projects.views import ON_SHELF
from rendering.engine.motion import STYLES
from rendering.engine.speech import VOICES, all_voices
from rendering.engine.speech.words import language_name

FADES = (("0", "A cut"), ("0.4", "A short cross-fade"), ("0.8", "A long cross-fade"))
_SECONDS = re.compile(r"[01](\.\d{1,6})?")
_KEY = re.compile(r"[0-9a-f]{8}")


class SceneForm(forms.Form):
    """One further scene. Its fields are called after its key, so that it can stand anywhere."""

    portrait = forms.CharField(required=False, widget=forms.HiddenInput)
    words = forms.CharField(label="What is said", required=False, strip=False, widget=forms.Textarea(attrs={"rows": 3}))
    recording = forms.ChoiceField(label="Or a recording", required=False)
    voice = forms.ChoiceField(label="Voice", required=False)
    style = forms.ChoiceField(label="Style", initial="presenter")
    direction = forms.CharField(label="Direction", required=False, max_length=500)
    fade = forms.ChoiceField(label="How it begins", choices=FADES, initial="0", required=False)

    def __init__(
        self,
        user: User,
        project: Project | None,
        key: str,
        data: QueryDict | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, prefix=f"scene-{key}", initial=initial)
        self.user, self.key = user, key
        self.chosen_portrait: Portrait | None = None
        self.chosen_recording: Recording | None = None
        recordings = [(kept.pk, kept.name) for kept in recordings_of(project)[:50]] if project else []
        chosen = str(self["recording"].value() or "")
        if chosen and chosen not in dict(recordings):
            recordings.append((chosen, access_recording(user, chosen).name))
        self._choices("recording", [("", "None: the words are said"), *recordings])
        self._choices("voice", _voices())
        self._choices("style", [(style.id, style.title) for style in STYLES.values()])
        fade = str(self["fade"].value() or "0")
        if _SECONDS.fullmatch(fade) and fade not in dict(FADES):  # of a clip that a program made
            self._choices("fade", [*FADES, (fade, f"A cross-fade of {fade} s")])

    def _choices(self, name: str, choices: Sequence[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def portrait_shown(self) -> Portrait | None:
        """The picture that the page shows as chosen."""
        chosen = str(self["portrait"].value() or "")
        return access_portrait(self.user, chosen) if chosen else None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("portrait"):
            self.chosen_portrait = access_portrait(self.user, values["portrait"], act=Act.CREATE)
        else:
            self.add_error("portrait", "Choose who is shown in this scene.")
        if values.get("recording"):
            self.chosen_recording = access_recording(self.user, values["recording"], act=Act.CREATE)
        elif not values.get("words", "").strip():
            self.add_error("words", "Type what shall be said, or choose a recording.")
        return values

    def wish(self) -> SceneWish:
        """The scene that was asked for, of a valid form."""
        if self.chosen_portrait is None:
            raise ValueError("a scene is made of a valid form")
        values = self.cleaned_data
        return SceneWish(
            portrait=self.chosen_portrait,
            words="" if self.chosen_recording else values["words"],
            recording=self.chosen_recording,
            voice=values["voice"] or next(iter(VOICES)),
            style=values["style"],
            direction=values["direction"],
            fade=float(values["fade"] or 0),
        )


def fresh_key() -> str:
    return secrets.token_hex(4)


def is_key(text: str) -> bool:
    return _KEY.fullmatch(text) is not None


def sent_scenes(user: User, project: Project | None, data: QueryDict) -> list[SceneForm]:
    """The scenes that were sent, in the order in which they stood on the page."""
    keys = dict.fromkeys(key for key in data.getlist("scene") if is_key(key))
    return [SceneForm(user, project, key, data) for key in keys]


def scenes_of(user: User, clip: Clip) -> list[SceneForm]:
    """Forms that begin with what another clip's further scenes hold."""
    return [SceneForm(user, clip.project, fresh_key(), initial=_initial(scene)) for scene in clip.later_scenes]


def _initial(scene: Scene) -> dict[str, Any]:
    names = ("words", "voice", "style", "direction")
    return {name: getattr(scene, name) for name in names} | {
        "portrait": "" if scene.portrait.erased_at else scene.portrait_id,
        "recording": scene.recording_id if scene.recording and not scene.recording.erased_at else "",
        "fade": f"{scene.fade:g}",
    }


def pictures_for(organization: Organization, project: Project | None, chosen: Portrait | None) -> list[Portrait]:
    """The pictures to choose from: of the project, newest first, and the one that is chosen."""
    project = project or projects_of(organization).first()
    kept = list(portraits_of(project)[:ON_SHELF]) if project else []
    taken_down = pictures_taken_down(kept)
    shelf = [each for each in kept if each.pk not in taken_down]
    return shelf if chosen is None or chosen in shelf else [*shelf, chosen]


def _voices() -> list[tuple[str, list[tuple[str, str]]]]:
    by_language: dict[str, list[tuple[str, str]]] = {}
    for entry in all_voices():
        if entry.installed:
            told = ", ".join(filter(None, (entry.voice.accent, entry.voice.gender)))
            by_language.setdefault(language_name(entry.voice.language), []).append(
                (entry.voice.id, f"{entry.voice.name} ({told})" if told else entry.voice.name)
            )
    # What no better voice speaks comes last.
    return sorted(by_language.items(), key=lambda group: (group[0] != "English", group[0]))
