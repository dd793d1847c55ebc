"""What: projects, the portraits and recordings in them, and the clips that are wanted of these."""

from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

import projects.batches.models
import projects.moderation.models
import projects.retention.models
import projects.sharing.models  # noqa: F401  Django looks for an app's models here
from accounts.ids import ID_LENGTH, new_id
from accounts.models import Organization
from consent.models import Subject

KEY_LENGTH = 200
TITLE_LENGTH = 200
CARD_LENGTH = 120
RECORDING_VOICE = "recording"
MOST_SCENES = 12
LONGEST_FADE = 1.5  # s


class Aspect(models.TextChoices):
    PHOTO = "photo", "As the photo"
    TALL = "9:16", "Tall, 9:16"
    SQUARE = "1:1", "Square"
    WIDE = "16:9", "Wide, 16:9"


class Ground(models.TextChoices):
    """What lies behind the person in a clip."""

    KEEP = "keep", "As in the photo"
    BLUR = "blur", "Blurred"
    COLOUR = "colour", "One colour"
    PICTURE = "picture", "Another picture"
    REMOVE = "remove", "Nothing: transparent, and on green"


class Layout(models.TextChoices):
    """How the scenes of a clip are shown."""

    TURNS = "turns", "One after the other"
    TOGETHER = "together", "Two portraits in one picture"


class OwnedModel(models.Model):
    """What belongs to one organisation, and was made by somebody in it.

    `owned_relations` names the foreign keys whose targets have to belong to the same organisation; `clean` checks them,
    and the services call it before every insert.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="%(class)ss")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    owned_relations: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        for name in self.owned_relations:
            target: Any = getattr(self, name)
            if target is not None and target.organization_id != self.organization_id:
                raise ValidationError({name: "This belongs to another organisation."})


class Project(OwnedModel):
    """A folder for what belongs together."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "prj"), editable=False)
    name = models.CharField(max_length=TITLE_LENGTH)

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = (models.Index(name="project_list", fields=("organization", "-created_at", "-id")),)

    def __str__(self) -> str:
        return self.name


class Portrait(OwnedModel):
    """A photograph, upright and without metadata; `sha256` is that of the uploaded file, and what consent is bound to.

    `faces`: largest first, each {"box": [x, y, w, h] in px, "yaw", "pitch", "roll" in degrees, "score"}; no landmarks
    are kept. `face_index`: which of them speaks. `advice`: worst first, each {"code", "severity", "message"} and, where
    it is about a part of the picture, "box". `source_types`: what the file said of its own origin (URIs), `credentials`
    how its signed ones stood ("", "intact", "broken"); both go into the clips' credentials.

    A repaired portrait is a picture of its own with a `sha256` of its own, so that consent to the one is not consent to
    the other; `repairs` says what was done, `root_sha256` which upload it goes back to, however often it was repaired.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "por"), editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="portraits")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="portraits")
    name = models.CharField(max_length=TITLE_LENGTH)
    image = models.FileField(max_length=KEY_LENGTH)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    faces = models.JSONField()
    face_index = models.PositiveSmallIntegerField()
    fingerprints = models.JSONField(default=list, blank=True, help_text="perceptual: which pictures look like this one")
    placed = models.JSONField(null=True, blank=True, help_text="points a person placed on a face that nobody finds")
    erased_at = models.DateTimeField(null=True, blank=True, help_text="then an empty picture lies in its place")
    advice = models.JSONField(default=list, blank=True)
    source_types = models.JSONField(default=list, blank=True)
    credentials = models.CharField(max_length=10, blank=True)
    root_sha256 = models.CharField(max_length=64, blank=True, help_text="empty where it is the upload itself")
    repaired_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="repaired")
    repairs = models.JSONField(default=list, blank=True)

    owned_relations = ("project", "subject", "repaired_from")

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = (models.Index(name="portrait_list", fields=("organization", "-created_at", "-id")),)
        constraints = (
            models.UniqueConstraint(
                fields=["project", "subject", "sha256", "face_index"],
                condition=Q(placed__isnull=True),
                name="one_portrait_a_photo_and_face",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def sha256s(self) -> tuple[str, ...]:
        """Of this picture and of the upload that it goes back to: what was said against either is said of both."""
        return (self.sha256, self.root_sha256) if self.root_sha256 else (self.sha256,)

    @property
    def is_in_a_clip(self) -> bool:
        return self.clips.exists() or self.scenes.exists()


class Recording(OwnedModel):
    """A voice that was recorded, as 24 kHz mono; `sha256` is that of the file as it was uploaded. `duration` in s."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "rec"), editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="recordings")
    name = models.CharField(max_length=TITLE_LENGTH)
    file = models.FileField(max_length=KEY_LENGTH)
    sha256 = models.CharField(max_length=64)
    duration = models.FloatField()
    source = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="edits",
        help_text="what this is cut from",
    )
    trim_start = models.FloatField(null=True, blank=True, help_text="s of the source")
    trim_end = models.FloatField(null=True, blank=True)
    denoised = models.BooleanField(default=False)
    transcript = models.JSONField(default=list, blank=True, help_text="for captions: [word, start, end] in s")
    language = models.CharField(max_length=12, default="en", help_text="of the transcript, BCP 47")
    erased_at = models.DateTimeField(null=True, blank=True, help_text="then no file lies there")

    owned_relations = ("project", "source")

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = (models.Index(name="recording_list", fields=("organization", "-created_at", "-id")),)
        constraints = (models.UniqueConstraint(fields=["project", "sha256"], name="one_recording_a_file"),)

    def __str__(self) -> str:
        return self.name

    @property
    def is_in_a_clip(self) -> bool:
        return self.clips.exists() or self.scenes.exists()


class Backdrop(OwnedModel):
    """A picture to stand before; `sha256` is that of the file as it was uploaded."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "bdp"), editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="backdrops")
    name = models.CharField(max_length=TITLE_LENGTH)
    image = models.FileField(max_length=KEY_LENGTH)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    fingerprints = models.JSONField(default=list, blank=True, help_text="see rendering.engine.faces.fingerprint")
    erased_at = models.DateTimeField(null=True, blank=True, help_text="then no file lies there")

    owned_relations = ("project",)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["project", "sha256"], condition=Q(erased_at__isnull=True), name="one_backdrop_a_file"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Music(OwnedModel):
    """Music to lie under clips, as it was uploaded; `rights`: what was said of the right to use it."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "mus"), editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="music")
    name = models.CharField(max_length=TITLE_LENGTH)
    rights = models.CharField(max_length=300)
    file = models.FileField(max_length=KEY_LENGTH)
    sha256 = models.CharField(max_length=64)
    duration = models.FloatField()
    erased_at = models.DateTimeField(null=True, blank=True, help_text="then no file lies there")

    owned_relations = ("project",)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name_plural = "music"
        constraints = (
            models.UniqueConstraint(
                fields=["project", "sha256"], condition=Q(erased_at__isnull=True), name="one_music_a_file"
            ),
        )

    def __str__(self) -> str:
        return self.name


class LexiconEntry(OwnedModel):
    """How a word or phrase is said in this organisation's clips: in other words, or as IPA between slashes."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "lex"), editable=False)
    written = models.CharField(max_length=100)
    said = models.CharField(max_length=200)

    class Meta:
        ordering = ("written",)
        verbose_name_plural = "lexicon entries"
        constraints = (models.UniqueConstraint(fields=["organization", "written"], name="one_entry_a_word"),)

    def __str__(self) -> str:
        return self.written


class Played(models.Model):
    """What one scene is made of: a portrait, its words in a voice or a recording, and the manner."""

    portrait = models.ForeignKey(Portrait, on_delete=models.PROTECT, related_name="%(class)ss")
    words = models.TextField(blank=True)
    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    voice = models.CharField(max_length=60, help_text='"recording" for a recording')
    lexicon = models.JSONField(default=dict, blank=True, help_text="entries of the lexicon that its words need")
    style = models.CharField(max_length=40)
    direction = models.CharField(max_length=500, blank=True)

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                condition=(~Q(words="") & Q(recording__isnull=True)) | Q(words="", recording__isnull=False),
                name="%(class)s_has_words_or_recording",
            ),
            models.CheckConstraint(
                condition=Q(voice=RECORDING_VOICE, recording__isnull=False)
                | (~Q(voice=RECORDING_VOICE) & Q(recording__isnull=True)),
                name="%(class)s_voice_is_recording_with_a_recording",
            ),
        )

    @property
    def said_otherwise(self) -> str:
        """How its words are said, where that is not as they are written."""
        return ", ".join(f"“{written}” as “{said}”" for written, said in sorted(self.lexicon.items()))


class Clip(OwnedModel, Played):
    """What is wanted: this portrait, saying these words or this recording, in this way; and the same of further scenes
    (`Scene`), of which there are `further_scenes`.

    Whom it shows, and what each of them is asked: projects.parts.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "clp"), editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="clips")
    further_scenes = models.PositiveSmallIntegerField(default=0, help_text="how many come after its own one")
    layout = models.CharField(max_length=10, choices=Layout, default=Layout.TURNS)
    caption_names = models.BooleanField(default=False, help_text="who speaks stands in the caption files")
    aspect = models.CharField(max_length=5, choices=Aspect.choices, default=Aspect.PHOTO)
    captions = models.BooleanField(default=False, help_text="in the picture; the caption files are always made")
    caption_look = models.CharField(max_length=20, default="plain")
    commercial = models.BooleanField(default=False, help_text="for advertising, or anything else that is sold or sells")
    public = models.BooleanField(default=False, help_text="to be posted where anybody can see it")
    topic = models.CharField(
        max_length=200, blank=True, help_text="within which the words lie, where consent is to one"
    )
    head = models.BooleanField(default=False, help_text="with the talking head as a GLB file beside the clip")
    background = models.CharField(max_length=10, choices=Ground, default=Ground.KEEP)
    background_colour = models.CharField(max_length=7, blank=True, help_text="#rrggbb")
    backdrop = models.ForeignKey(Backdrop, on_delete=models.PROTECT, null=True, blank=True, related_name="clips")
    seed = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=TITLE_LENGTH)

    music = models.ForeignKey(Music, on_delete=models.PROTECT, null=True, blank=True, related_name="clips")
    music_level = models.CharField(max_length=10, default="medium")
    title_card = models.CharField(max_length=CARD_LENGTH, blank=True)
    end_card = models.CharField(max_length=CARD_LENGTH, blank=True)

    owned_relations = ("project", "portrait", "recording", "backdrop", "music")

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(name="clip_list", fields=("organization", "-created_at", "-id")),
            models.Index(name="clip_list_of_project", fields=("project", "-created_at", "-id")),
        )
        constraints = (
            *Played.Meta.constraints,
            models.CheckConstraint(
                condition=Q(background=Ground.PICTURE, backdrop__isnull=False)
                | (~Q(background=Ground.PICTURE) & Q(backdrop__isnull=True)),
                name="clip_has_a_backdrop_before_a_picture",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def scenes(self) -> "tuple[Clip | Scene, ...]":
        """What is played, in order: the clip itself is its first scene.

        Raises ValueError where one is missing, so that nobody's consent is passed over.
        """
        return (self, *self.later_scenes)

    @property
    def later_scenes(self) -> "tuple[Scene, ...]":
        """Those after the first one. Raises ValueError where one is missing."""
        if not self.further_scenes:
            return ()
        further = tuple(self.further.select_related("portrait__subject", "recording"))
        if len(further) != self.further_scenes:
            raise ValueError(f"{self.pk} has {len(further)} further scenes, not {self.further_scenes}")
        return further

    @property
    def names_shown(self) -> str:
        return ", ".join(dict.fromkeys(scene.portrait.subject.name for scene in self.scenes))

    @property
    def words_asked(self) -> str:
        """The words as consent is given to them, of the first person who speaks (projects.parts)."""
        from projects.parts import parts_of  # noqa: PLC0415  which is about these models

        return parts_of(self)[0].words_asked

    @property
    def picture_sha256s(self) -> tuple[str, ...]:
        """Of every picture that is seen in it: the portraits, what they go back to, and what lies behind the person."""
        shown = (sha for scene in self.scenes for sha in scene.portrait.sha256s)
        return (*shown, *((self.backdrop.sha256,) if self.backdrop is not None else ()))

    @property
    def shown_sha256(self) -> str:
        """What the first person who speaks has to agree to as “this photo” (projects.parts)."""
        from projects.parts import parts_of  # noqa: PLC0415

        return parts_of(self)[0].shown_sha256

    @property
    def inputs_erased(self) -> bool:
        """Whether a picture or a recording is gone: a withdrawn consent or the end of its time took it."""
        played = (thing for scene in self.scenes for thing in (scene.portrait, scene.recording))
        return any(thing is not None and thing.erased_at is not None for thing in (*played, self.backdrop, self.music))


class Scene(OwnedModel, Played):
    """A further scene of a clip, the `place`th after the first."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=partial(new_id, "scn"), editable=False)
    clip = models.ForeignKey(Clip, on_delete=models.CASCADE, related_name="further")
    place = models.PositiveSmallIntegerField()
    fade = models.FloatField(default=0.0, help_text="s in which the scene before passes over into it; 0 is a cut")

    owned_relations = ("clip", "portrait", "recording")

    class Meta:
        ordering = ("clip", "place")
        constraints = (
            *Played.Meta.constraints,
            models.UniqueConstraint(fields=["clip", "place"], name="one_scene_a_place"),
            models.CheckConstraint(condition=Q(fade__gte=0, fade__lte=LONGEST_FADE), name="scene_fade_in_range"),
        )

    def __str__(self) -> str:
        return f"{self.clip_id}, scene {self.place + 1}"
