"""A picture with who is shown on it, and a recording."""

import base64
import io
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import numpy as np
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from PIL import Image

from accounts.models import Organization, User
from accounts.names import clean_name, visible
from consent.gate import Grantor
from consent.models import Subject, SubjectKind
from consent.selectors import subjects_to_choose
from consent.services import subject_asked_by_link, subject_create
from projects.models import Portrait, Project, Recording
from projects.photos import check_photo_size
from projects.placing import guessed_points
from projects.placing_form import PointsForm
from projects.services import portrait_upload, recording_upload
from rendering.engine.errors import EngineError, PhotoError, SoundError
from rendering.engine.faces import Face, choose_face, find_faces, read_photo
from rendering.engine.faces.placed import place_face

PREVIEW_PX = 900
# What is wrong with a photo, that points placed by hand may get around
_CAN_BE_PLACED = ("face-none", "face-unclear")

_KINDS = {
    SubjectKind.OTHER: ("Another adult", "They get a link and say yes or no on their phone. No account needed."),
    SubjectKind.SELF: ("Myself", "You give your own consent on the same short page."),
    SubjectKind.MINOR: ("A child or teenager", "Under 18. The link is for a parent or legal guardian."),
    SubjectKind.DECEASED: ("Somebody who has died", "You state which close relative or executor gives permission."),
    SubjectKind.HISTORICAL: ("A historical person", "Died more than 70 years ago. You give the year and a source."),
    SubjectKind.FICTIONAL: ("A figure that never lived", "A drawing or a character. You may use the picture."),
    SubjectKind.BRAND: ("A brand’s mascot or logo", "Yours, or with the permission of who owns it."),
    SubjectKind.ANIMAL: ("An animal", "A pet, or a creature in a picture that you may use."),
}
_AUTHORITIES = (
    (Grantor.FAMILY.value, "Close family"),
    (Grantor.EXECUTOR.value, "The executor of the estate"),
    (Grantor.RIGHTS_HOLDER.value, "The holder of the rights"),
)
_NAME_NEEDED = "Give the name of the person or figure."
# What each kind cannot do without; the services check the same, but only one thing at a time.
_NEEDED = {
    SubjectKind.DECEASED: {"authority": "Say who gives permission.", "statement": "Say who agreed, and how."},
    SubjectKind.HISTORICAL: {
        "year_of_death": "Give the year of death.",
        "statement": "Say why this clip may be made.",
        "statement_source": "Say where the picture and the facts come from.",
    },
    SubjectKind.FICTIONAL: {"statement": "Say that the figure is made up, and why you may use the picture."},
    SubjectKind.BRAND: {"statement": "Say whose figure it is, and why you may use the picture."},
    SubjectKind.ANIMAL: {"statement": "Say that it is an animal, and why you may use the picture."},
}


def error_text(error: EngineError) -> str:
    """What is wrong and what to do about it, for beside a field."""
    return f"{error.message} {error.advice}".strip()


@dataclass(frozen=True)
class FaceChoice:
    """The faces of a picture on which none is clearly meant. `preview` is a data: address of a small copy."""

    width: int
    height: int
    preview: str
    faces: tuple[Face, ...]

    @property
    def type_px(self) -> int:
        """How large the numbers beside the faces are, in px of the picture."""
        return max(self.width, self.height) // 16


@dataclass(frozen=True)
class Placing:
    """A picture in which nobody found a face that will do, with the points for a person to place."""

    width: int
    height: int
    preview: str
    points: PointsForm


class PortraitForm(forms.Form):
    """A picture, and who is shown on it: somebody known already, or somebody new with what their kind needs."""

    photo = forms.FileField(
        widget=forms.FileInput(attrs={"accept": "image/*"}),
        error_messages={
            "required": "Choose a picture first.",
            "empty": "This file is empty. Choose the picture again, or another one.",
        },
    )
    face_index = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    subject = forms.ModelChoiceField(
        Subject.objects.none(), label="Who is shown?", required=False, empty_label="Somebody new"
    )
    kind = forms.ChoiceField(
        label="Who is shown?",
        choices=[(kind.value, title) for kind, (title, _) in _KINDS.items()],
        required=False,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label="Name", max_length=200, required=False)
    guardian_name = forms.CharField(label="Name of the parent or guardian", max_length=200, required=False)
    year_of_death = forms.IntegerField(label="Year of death", required=False, min_value=-4000)
    authority = forms.ChoiceField(
        label="Who gives permission?", choices=[("", "Choose…"), *_AUTHORITIES], required=False
    )
    by_link = forms.BooleanField(label="They answer for themselves, on a link", required=False)
    statement = forms.CharField(label="Your statement", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    statement_source = forms.CharField(
        label="Source",
        required=False,
        help_text="Where the picture and the facts come from, for example the museum and its number.",
    )

    def __init__(self, organization: Organization, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.choice: FaceChoice | None = None
        self.placing: Placing | None = None
        self._seen: tuple[np.ndarray, tuple[Face, ...]] | None = None
        self.fields["subject"].queryset = subjects_to_choose(organization)  # type: ignore[attr-defined]

    @property
    def knows_somebody(self) -> bool:
        """Whether there is anybody to choose from."""
        return subjects_to_choose(self.organization).exists()

    @property
    def kinds(self) -> list[dict[str, str]]:
        """The kinds with what each of them means, for the page."""
        return [{"value": kind.value, "title": title, "help": text} for kind, (title, text) in _KINDS.items()]

    def clean_name(self) -> str:
        typed = self.cleaned_data["name"]
        return clean_name(typed, complaint=_NAME_NEEDED) if typed else ""

    def clean_guardian_name(self) -> str:
        return visible(self.cleaned_data["guardian_name"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("photo"):
            self._look_at(values)
        if not values.get("subject"):
            self._check_new_subject(values)
        return values

    def save(self, *, acting_user: User, project: Project) -> Portrait | None:
        """The kept portrait, or None with the reasons beside the fields."""
        values = self.cleaned_data
        try:
            subject = values["subject"] or self._new_subject(acting_user)
            return portrait_upload(
                organization=self.organization,
                acting_user=acting_user,
                project=project,
                subject=subject,
                name=subject.name,
                data=self._data,
                face_index=values["face_index"],
                placed=values.get("placed"),
                seen=self._seen,
            )
        except PhotoError as error:
            self.add_error("photo", error_text(error))
        except ValidationError as error:
            self._add_errors(error)
        return None

    def _new_subject(self, acting_user: User) -> Subject:
        values = self.cleaned_data
        names = ("kind", "name", "guardian_name", "year_of_death", "authority", "statement", "statement_source")
        owned: dict[str, Any] = {"organization": self.organization, "acting_user": acting_user}
        if not values["by_link"]:
            return subject_create(**owned, **{name: values[name] for name in names})
        with transaction.atomic():
            known = {name: values[name] for name in ("kind", "name", "year_of_death")}
            subject = subject_create(**owned, **known)
            return subject_asked_by_link(**owned, subject=subject, authority=values["authority"])

    def _look_at(self, values: dict[str, Any]) -> None:
        """Find out before anything is written whether the picture will do, and which faces are on it."""
        self._data = values["photo"].read()
        try:
            check_photo_size(self._data)
            photo = read_photo(self._data)
            faces = find_faces(photo)
            self._seen = photo, faces
            if "right_eye_x" in self.data:
                self._take_points(photo, values)
                return
            if len(faces) > 1:
                self.choice = _face_choice(photo, faces)
            choose_face(faces, values.get("face_index"))
        except PhotoError as error:
            if error.code == "face-choice":
                self.add_error("face_index", "There are several faces in this picture. Click the one that shall speak.")
            else:
                self.choice = None
                self.add_error("photo", error_text(error))
                if error.code in _CAN_BE_PLACED:
                    self._offer_points(photo)
        else:
            self.choice = self.choice if values.get("face_index") is not None else None

    def _offer_points(self, photo: np.ndarray) -> None:
        points = PointsForm.of(guessed_points(photo.shape[1], photo.shape[0]))
        self.placing = Placing(photo.shape[1], photo.shape[0], _small_copy(photo), points)

    def _take_points(self, photo: np.ndarray, values: dict[str, Any]) -> None:
        """The points that a person put on a face which nobody found."""
        points = PointsForm(self.data)
        self.placing = Placing(photo.shape[1], photo.shape[0], _small_copy(photo), points)
        if not points.is_valid():
            self.add_error("photo", "Put every point on its place in the picture.")
            return
        values["placed"] = points.points()
        try:
            place_face(values["placed"], (photo.shape[1], photo.shape[0]))
        except PhotoError as error:
            self.add_error("photo", error_text(error))

    def _check_new_subject(self, values: dict[str, Any]) -> None:
        if not values.get("kind"):
            self.add_error("kind", "Say who is shown. What is needed before a clip can be made depends on it.")
            return
        if not values.get("name") and "name" not in self.errors:
            self.add_error("name", _NAME_NEEDED)
        values["by_link"] = values.get("by_link", False) and values["kind"] == SubjectKind.DECEASED
        for name, complaint in _NEEDED.get(SubjectKind(values["kind"]), {}).items():
            if name == "statement" and values["by_link"]:
                continue
            if not values.get(name) and name not in self.errors:
                self.add_error(name, complaint)
        # A field that another kind showed may have been filled in before the kind was changed.
        if values["kind"] not in (SubjectKind.DECEASED, SubjectKind.HISTORICAL):
            values["year_of_death"] = None
        if values["kind"] not in _NEEDED:
            values["statement"] = values["statement_source"] = ""
        if values["kind"] != SubjectKind.DECEASED:
            values["authority"] = ""

    def _add_errors(self, error: ValidationError) -> None:
        for name, texts in error.message_dict.items() if hasattr(error, "error_dict") else [("", error.messages)]:
            self.add_error(name if name in self.fields else None, texts)


def _face_choice(photo: np.ndarray, faces: tuple[Face, ...]) -> FaceChoice:
    return FaceChoice(photo.shape[1], photo.shape[0], _small_copy(photo), faces)


def _small_copy(photo: np.ndarray) -> str:
    """A data: address of the photo, small."""
    image = Image.fromarray(photo)
    image.thumbnail((PREVIEW_PX, PREVIEW_PX))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()


class RecordingForm(forms.Form):
    """A sound file, or what the microphone heard."""

    sound = forms.FileField(
        widget=forms.FileInput(attrs={"accept": "audio/*"}),
        error_messages={
            "required": "Choose a sound file, or record something.",
            "empty": "This file is empty. Choose the recording again, or another one.",
        },
    )

    def save(self, *, organization: Organization, acting_user: User, project: Project) -> Recording | None:
        """The kept recording, or None with the reasons beside the field."""
        upload = self.cleaned_data["sound"]
        try:
            return recording_upload(
                organization=organization,
                acting_user=acting_user,
                project=project,
                name=PurePath(upload.name).stem or "Recording",
                data=upload.read(),
            )
        except SoundError as error:
            self.add_error("sound", error_text(error))
        return None
