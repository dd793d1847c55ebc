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
from projects.services import clip_create, portrait_upload, project_create, recording_upload
from rendering import files, worker
from rendering.engine.errors import EngineError
from rendering.gating import ask, estimated_seconds
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
    """What was asked for. `face` counts from 1, largest first; `background`: see `read_ground`."""

    photo: Path
    kind: SubjectKind
    words: str = ""
    sound: Path | None = None
    voice: str = "heart"
    style: str = "neutral"
    direction: str = ""
    aspect: str = "photo"
    captions: bool = False
    caption_look: str = "plain"
    commercial: bool = False
    public: bool = False
    head: bool = False
    points: Path | None = None
    background: str = "keep"
    music: Path | None = None
    music_rights: str = ""
    music_level: str = "medium"
    title_card: str = ""
    end_card: str = ""
    seed: int = 0
    face: int | None = None
    name: str = ""
    statement: str = ""
    source: str = ""
    authority: str = ""
    year_of_death: int | None = None


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
        raise NoConsent(missing.decision.reasons, missing.url) from missing


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
    from rendering.engine.faces.placed import read_points  # noqa: PLC0415  loads models
    from rendering.engine.speech import check_words, read_recording  # noqa: PLC0415  loads voices

    owned: dict[str, Any] = {"organization": organization, "acting_user": acting_user}
    photo = _read(order.photo, "photo")
    with words_for_people():
        # First whatever can be wrong, then the rows: an error below would leave files without a row.
        words = check_words(order.words, voice=order.voice) if order.sound is None else ""
        if order.sound is not None:
            sound = _read(order.sound, "recording")
            read_recording(order.sound)
        placed = read_points(_read(order.points, "file of points")) if order.points else None
        with transaction.atomic():
            project = Project.objects.filter(organization=organization, name=project_name).first()
            project = project or project_create(**owned, name=project_name)
            subject = _subject(order, photo, owned)
            portrait = portrait_upload(
                **owned,
                project=project,
                subject=subject,
                name=subject.name,
                data=photo,
                face_index=None if order.face is None else order.face - 1,
                placed=placed,
            )
            recording = None
            if order.sound is not None:
                recording = recording_upload(**owned, project=project, name=order.sound.stem or "Recording", data=sound)
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
                "words": words,
                "recording": recording,
                "style": order.style,
                "direction": " ".join(order.direction.split()),
                "aspect": order.aspect,
                "captions": order.captions,
                "caption_look": order.caption_look,
                "commercial": order.commercial,
                "public": order.public,
                "head": order.head,
                "seed": order.seed,
            } | ({} if recording else {"voice": order.voice})
            same = Clip.objects.filter(organization=organization, portrait=portrait, **wanted).first()
            return same or clip_create(**owned, portrait=portrait, title=subject.name, **wanted)


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


def _subject(order: Order, photo: bytes, owned: dict[str, Any]) -> Subject:
    """The subject of this kind that this photo shows, with the statement that stands for those who cannot be asked."""
    sha256 = hashlib.sha256(photo).hexdigest()
    known = Portrait.objects.filter(
        organization=owned["organization"], sha256=sha256, subject__kind=order.kind
    ).select_related("subject")
    if order.name:
        known = known.filter(subject__name=order.name)
    if portrait := known.first():
        subject, new = portrait.subject, False
    else:
        name = order.name or order.photo.stem.replace("-", " ").replace("_", " ").strip().title() or "Somebody"
        subject, new = subject_create(**owned, kind=order.kind, name=name, year_of_death=order.year_of_death), True
    if subject.is_living or not (new or order.statement):
        return subject
    statement_record(
        **owned,
        subject=subject,
        statement=order.statement or f"Stated by the operator at the terminal: {STATEMENTS[order.kind]}.",
        source=order.source or f"The operator of this installation, who gave the picture {order.photo.name}.",
        authority=order.authority or (Grantor.FAMILY if order.kind is SubjectKind.DECEASED else Grantor.EDITOR),
    )
    unproven = order.kind is SubjectKind.DECEASED or (
        order.kind is SubjectKind.HISTORICAL and order.year_of_death is None
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
