"""From what was typed at a terminal to a finished file: the same way as the web, one step after the other."""

import hashlib
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Organization, User
from accounts.selectors import credits_available
from accounts.services import NotEnoughCredits, credits_grant
from consent.gate import Action, Grantor, Moderation, SubjectKind
from consent.models import Subject
from consent.services import statement_record, subject_create, subject_moderate
from projects.backdrops import backdrop_upload
from projects.models import Clip, Ground, Portrait, Project
from projects.music import music_upload
from projects.scenes import SceneWish
from projects.services import clip_create, portrait_upload, project_create, recording_upload
from rendering import files, worker
from rendering.engine.errors import EngineError
from rendering.gating import ask, estimated_seconds
from rendering.management.scenes import ONE_SCENE, Further, Shown
from rendering.management.terminal import BadInput, NoConsent, NotMade, ProgressBar, copy_out, operator
from rendering.models import Render
from rendering.queue import start_embedded_worker
from rendering.services import WORKER_LOST, ConsentMissing, cancel_render, request_render
from rendering.states import RenderState

POLL_SECONDS = 0.2
# Failures of a render that are this installation's, not the input's.
OURS = frozenset(
    {
        *(reason.code for reason in (WORKER_LOST, worker.TOO_LONG, worker.TOO_MUCH_MEMORY)),
        *("clip-not-written", "clip-not-signed", "keys-unusable", "model-missing", "model-changed"),
    }
)
STATEMENTS = {
    SubjectKind.DECEASED: "a person who has died, shown with the permission of those who may give it",
    SubjectKind.HISTORICAL: "a historical person",
    SubjectKind.FICTIONAL: "a figure that never lived, in a picture that may be used",
    SubjectKind.BRAND: "a brand's figure, in a picture that may be used",
    SubjectKind.ANIMAL: "an animal, in a picture that may be used",
}


@dataclass(frozen=True)
class Order:
    """What was asked for: `first` and the scenes after it. `background`: see `read_ground`."""

    first: Shown
    further: Further = ONE_SCENE
    aspect: str = "photo"
    captions: bool = False
    caption_look: str = "plain"
    commercial: bool = False
    public: bool = False
    head: bool = False
    background: str = "keep"
    music: Path | None = None
    music_rights: str = ""
    music_level: str = "medium"
    title_card: str = ""
    end_card: str = ""
    seed: int = 0


@contextmanager
def words_for_people() -> Iterator[None]:
    """What the services raise about input, as the command's own end. An error of ours passes through as it is."""
    try:
        yield
    except EngineError as error:
        raise BadInput.of(error) from error
    except ValidationError as error:
        raise BadInput(" ".join(error.messages)) from error
    except NotEnoughCredits as error:
        raise BadInput(str(error)) from error
    except ConsentMissing as missing:
        raise NoConsent(missing.decision.reasons, *(link.url for link in missing.links)) from missing


def read_ground(text: str) -> tuple[str, str, Path | None]:
    """What lies behind: "keep", "blur" and "remove" by name, a colour as #rrggbb, a picture by the name of its file.
    Gives the ground, its colour and its picture.
    """
    if text in (Ground.KEEP, Ground.BLUR, Ground.REMOVE):
        return text, "", None
    if text.startswith("#"):
        return Ground.COLOUR, text, None
    return Ground.PICTURE, "", Path(text)


def place_order(order: Order, *, organization: Organization, acting_user: User, project_name: str) -> Clip:
    """The clip that was asked for, with its subject, portrait and recording; what is there already is used again.

    Raises BadInput; nothing new is left behind then.
    """
    owned: dict[str, Any] = {"organization": organization, "acting_user": acting_user}
    shown = (order.first, *order.further.scenes)
    with words_for_people():
        # First whatever can be wrong, then the rows: an error below would leave files without a row.
        for scene in shown:
            _check(scene)
        with transaction.atomic():
            project = Project.objects.filter(organization=organization, name=project_name).first()
            project = project or project_create(**owned, name=project_name)
            first, *further = [_wish(scene, project, owned) for scene in shown]
            background, colour, behind = read_ground(order.background)
            backdrop = None
            if behind is not None:
                data = _read(behind, "picture for behind")
                backdrop = backdrop_upload(**owned, project=project, name=behind.stem, data=data)
            music = None
            if order.music is not None:
                music = music_upload(
                    **owned,
                    project=project,
                    name=order.music.stem,
                    rights=order.music_rights,
                    data=_read(order.music, "music"),
                )
            wanted: dict[str, Any] = {
                "music": music,
                "music_level": order.music_level,
                "title_card": " ".join(order.title_card.split()),
                "end_card": " ".join(order.end_card.split()),
                "background": background,
                "background_colour": colour,
                "backdrop": backdrop,
                "words": first.words,
                "recording": first.recording,
                "style": first.style,
                "direction": first.direction,
                "aspect": order.aspect,
                "captions": order.captions,
                "caption_look": order.caption_look,
                "commercial": order.commercial,
                "public": order.public,
                "head": order.head,
                "seed": order.seed,
                "layout": order.further.layout,
                "caption_names": order.further.names,
            } | ({} if first.recording else {"voice": first.voice})
            clips = Clip.objects.filter(organization=organization, portrait=first.portrait, **wanted)
            same = next((clip for clip in clips if _plays(clip, further)), None)
            title = first.portrait.subject.name
            return same or clip_create(**owned, portrait=first.portrait, title=title, scenes=further, **wanted)


def _check(shown: Shown) -> None:
    """Read what a scene is made of. Raises EngineError or BadInput for what cannot be used."""
    from rendering.engine.faces.placed import read_points  # noqa: PLC0415  loads models
    from rendering.engine.speech import check_words, read_recording  # noqa: PLC0415  loads voices

    _read(shown.photo, "photo")
    if shown.sound is None:
        check_words(shown.words, voice=shown.voice)
    else:
        _read(shown.sound, "recording")
        read_recording(shown.sound)
    if shown.points:
        read_points(_read(shown.points, "file of points"))


def _wish(shown: Shown, project: Project, owned: dict[str, Any]) -> SceneWish:
    """A scene with its subject, portrait and recording."""
    from rendering.engine.faces.placed import read_points  # noqa: PLC0415
    from rendering.engine.speech import check_words  # noqa: PLC0415

    photo = _read(shown.photo, "photo")
    subject = _subject(shown, photo, owned)
    portrait = portrait_upload(
        **owned,
        project=project,
        subject=subject,
        name=subject.name,
        data=photo,
        face_index=None if shown.face is None else shown.face - 1,
        placed=read_points(_read(shown.points, "file of points")) if shown.points else None,
    )
    recording = None
    if shown.sound is not None:
        data = _read(shown.sound, "recording")
        recording = recording_upload(**owned, project=project, name=shown.sound.stem or "Recording", data=data)
    return SceneWish(
        portrait=portrait,
        words="" if recording else check_words(shown.words, voice=shown.voice),
        recording=recording,
        voice=shown.voice,
        style=shown.style,
        direction=" ".join(shown.direction.split()),
        fade=shown.fade,
    )


def _plays(clip: Clip, further: list[SceneWish]) -> bool:
    """Whether the scenes of a clip after its first one are these."""
    played = [
        (scene.portrait_id, scene.words, scene.recording_id, scene.style, scene.direction, scene.fade)
        + (() if scene.recording_id else (scene.voice,))
        for scene in clip.later_scenes
    ]
    return played == [
        (wish.portrait.pk, wish.words, wish.recording and wish.recording.pk, wish.style, wish.direction, wish.fade)
        + (() if wish.recording else (wish.voice,))
        for wish in further
    ]


def make(
    clip: Clip, *, organization: Organization, acting_user: User, top_up: bool, announce: Callable[[str], None]
) -> Render:
    """Request the clip and see it through the queue, whose worker runs in here. Returns the published render.

    Raises NoConsent, BadInput, NotMade. Ctrl-C cancels the render, ends its child and passes on.
    """
    with words_for_people():
        if top_up and credits_available(organization) < (needed := 2 * estimated_seconds(clip) + 60):
            credits_grant(organization=organization, seconds=needed, reason="the operator's own terminal")
        render = request_render(organization=organization, acting_user=acting_user, clip=clip)
    bar = ProgressBar()
    announce(f"Render {render.id}")
    previous = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with start_embedded_worker():
            try:
                render = _follow(render, bar)
            except KeyboardInterrupt:
                cancel_render(organization=organization, acting_user=acting_user, render=render)
                raise
    finally:
        bar.end()
        signal.signal(signal.SIGTERM, previous)
    match render.state:
        case RenderState.PUBLISHED:
            return render
        case RenderState.REFUSED:
            raise NoConsent((render.error_message,))
        case RenderState.CANCELLED:
            raise NotMade("The clip was cancelled.")
    if render.error_code in OURS:
        raise NotMade(f"{render.error_message} {render.error_advice}".strip())
    raise BadInput(render.error_message, render.error_advice)


def hand_out(render: Render, *, clip_to: Path, report_to: Path | None = None, head_to: Path | None = None) -> None:
    """Copy the published clip, its report and its head to where they are wanted, after asking the gate; a transparent
    one beside it, as .webm and .c2pa. Raises NoConsent.
    """
    decision = ask(render.clip, Action.DOWNLOAD, made_at=render.created_at)
    if not decision.allowed:
        raise NoConsent(decision.reasons)
    copy_out(render.output_key, clip_to)
    for name in (files.CUT_OUT, files.CUT_OUT_CREDENTIALS):
        if key := files.beside_clip(render, name):
            copy_out(key, clip_to.with_suffix(Path(name).suffix))
    if report_to is not None:
        copy_out(files.beside_clip(render, "report.json"), report_to)
    if head_to is not None:
        copy_out(files.beside_clip(render, files.HEAD), head_to)


def _follow(render: Render, bar: ProgressBar) -> Render:
    while True:
        render.refresh_from_db()
        bar.show(render)
        if not render.is_active:
            return render
        time.sleep(POLL_SECONDS)


def _subject(shown: Shown, photo: bytes, owned: dict[str, Any]) -> Subject:
    """The subject of this kind that this photo shows, with the statement that stands for those who cannot be asked."""
    sha256 = hashlib.sha256(photo).hexdigest()
    known = Portrait.objects.filter(
        organization=owned["organization"], sha256=sha256, subject__kind=shown.kind
    ).select_related("subject")
    if shown.name:
        known = known.filter(subject__name=shown.name)
    if portrait := known.first():
        subject, new = portrait.subject, False
    else:
        name = shown.name or shown.photo.stem.replace("-", " ").replace("_", " ").strip().title() or "Somebody"
        subject, new = subject_create(**owned, kind=shown.kind, name=name, year_of_death=shown.year_of_death), True
    if subject.is_living or not (new or shown.statement):
        return subject
    statement_record(
        **owned,
        subject=subject,
        statement=shown.statement or f"Stated by the operator at the terminal: {STATEMENTS[shown.kind]}.",
        source=shown.source or f"The operator of this installation, who gave the picture {shown.photo.name}.",
        authority=shown.authority or (Grantor.FAMILY if shown.kind is SubjectKind.DECEASED else Grantor.EDITOR),
    )
    unproven = shown.kind is SubjectKind.DECEASED or (
        shown.kind is SubjectKind.HISTORICAL and shown.year_of_death is None
    )
    if unproven and subject.moderation_state == Moderation.NONE:
        # What a document would show, or a year, is the operator's word here: who has the terminal is this site's
        # moderator, and the decision stands in the audit log under their name.
        subject_moderate(
            organization=owned["organization"],
            acting_user=operator(),
            subject=subject,
            state=Moderation.APPROVED,
        )
        subject.refresh_from_db()
    return subject


def _read(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(
            f"The {what} {path} cannot be read: {error.strerror}.", "Check the name and try again."
        ) from error
