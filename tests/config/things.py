"""One of each thing that an address of the API can name."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.api.keys import api_key_create
from accounts.members import invitation_create
from accounts.models import Organization, Role
from accounts.webhooks.outbox import event_write
from accounts.webhooks.services import endpoint_create
from consent.models import Appeal, ConsentBatch, OptOut
from projects.api.intake import upload_new
from projects.models import Backdrop, LexiconEntry, Music
from projects.moderation.models import CaseKind
from projects.moderation.opening import case_open
from projects.services import wav_of
from projects.sharing.models import Share
from rendering.models import Render
from rendering.states import RenderState
from tests.factories import ClipFactory, RecordingFactory, answer, member_of, request_for
from tests.factories_batches import batch_of
from tests.projects.test_recordings import speech


def things_of(organization: Organization) -> dict[str, str]:
    """By the name in the address, as “clip_id”."""
    clip = ClipFactory(organization=organization)
    file = ContentFile(a_second_of_sound(), name=f"org/{organization.pk}/recordings/second.wav")
    recording = RecordingFactory(organization=organization, created_by=clip.created_by, file=file, duration=1.0)
    batch = ConsentBatch.objects.create(organization=organization, name="4b", created_by=clip.created_by)
    case = case_open(
        key=f"clip:{clip.pk}", kind=CaseKind.WORDS, risk=1, summary="words", organization=organization, clip=clip
    )
    render = Render.objects.create(organization=organization, clip=clip, state=RenderState.CANCELLED, seconds_held=1)
    endpoint = endpoint_create(
        organization=organization,
        acting_user=member_of(organization),
        url="https://example.org/hook",
        event_types=["clip.ready"],
    )
    backdrop = Backdrop.objects.create(
        organization=organization,
        created_by=clip.created_by,
        project=clip.project,
        name="The sea",
        image="org/sea.jpg",
        sha256="0" * 64,
        width=640,
        height=480,
    )
    person = member_of(organization, Role.VIEWER)
    invitation, _ = invitation_create(
        organization=organization, acting_user=member_of(organization), email="jo@example.net", role=Role.VIEWER
    )
    key = api_key_create(
        organization=organization, acting_user=member_of(organization), name="Thing", scopes=["clips:read"]
    ).key
    owned = {"organization": organization, "created_by": clip.created_by}
    music = Music.objects.create(
        **owned, project=clip.project, name="Waltz", rights="ours", file="org/waltz", sha256="1" * 64, duration=9.0
    )
    return {
        "member_id": person.pk,
        "invitation_id": invitation.pk,
        "key_id": key.pk,
        "appeal_id": Appeal.objects.create(**owned, opt_out=OptOut.objects.create(fingerprints=[])).pk,
        "entry_id": LexiconEntry.objects.create(**owned, written="SQL", said="sequel").pk,
        "music_id": music.pk,
        "share_id": Share.objects.create(**owned, clip=clip, expires_at=timezone.now() + timedelta(days=1)).pk,
        "voice_id": "heart",
        "upload_id": upload_new(organization).token,
        "backdrop_id": backdrop.pk,
        "endpoint_id": endpoint.pk,
        "delivery_id": event_write(organization, "clip.ready", {"clip": clip.pk}, [endpoint])[0].pk,
        "project_id": clip.project_id,
        "portrait_id": clip.portrait_id,
        "subject_id": clip.portrait.subject_id,
        "recording_id": recording.pk,
        "clip_id": clip.pk,
        "render_id": render.pk,
        "consent_request_id": request_for(clip).pk,
        "batch_id": batch.pk,
        "case_id": case.pk,
        "clip_batch_id": batch_of(clip.portrait).pk,
    }


def a_second_of_sound() -> bytes:
    """A WAV as recordings are kept: 24 kHz, mono, and loud enough to be a voice."""
    return wav_of(speech(1.0))


def published_render(organization: Organization) -> Render:
    """A finished render to which whoever is shown agreed; its file holds a few bytes that are no film."""
    clip = ClipFactory(organization=organization)
    answer(request_for(clip))
    render = Render(
        organization=organization, clip=clip, state=RenderState.PUBLISHED, attempt=1, seconds_held=5, seconds_charged=3
    )
    key = f"org/{organization.pk}/renders/{render.pk}/1/clip.mp4"
    render.output_key = default_storage.save(key, ContentFile(b"film"))
    render.save(force_insert=True)
    return render
