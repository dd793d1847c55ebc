"""Signed credentials (C2PA): a manifest in the MP4 that says how the clip was made, and shows if it was changed since.

Signing is the last thing that is done to a file: whoever rewrites it afterwards, even without encoding it anew, removes
the manifest.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import c2pa

from rendering.disclosure.errors import DisclosureError
from rendering.disclosure.identity import Identity, load_identity
from rendering.disclosure.inputs import InputMarks, read_input_marks
from rendering.disclosure.label import LABELS, Kind
from rendering.disclosure.manifests import OFFLINE, RENDER_ASSERTION, Manifest
from rendering.disclosure.source_type import COMPOSITE, NAME, VERSION, check_render_id
from rendering.disclosure.webm import WEBM

# A thumbnail would be a copy of the face inside the file, which an erasure could miss
SETTINGS: Manifest = {**OFFLINE, "builder": {"thumbnail": {"enabled": False}}}
PHOTO = "photo"  # the ingredient's id inside the manifest
LONGEST_REASON = 200


@dataclass(frozen=True)
class Signed:
    """The signed clip at `path`, who signed it, whether a time-stamp authority confirmed when, and if not, why not."""

    path: Path
    signer: str
    time_stamped: bool
    time_stamp_error: str | None


def sign(
    source: Path,
    target: Path,
    *,
    render_id: str,
    photo: bytes | Path | None,
    keys: Path,
    label: Kind = "generated",
    ta_url: str | None = None,
    stated: Sequence[str] = (),
    further: Sequence[Path] = (),
) -> Signed:
    """Write the MP4 at `source`, with a signed manifest, to `target` (which may be `source`), whole or not at all.

    `photo` is the photo that the clip was made from: it is named as an ingredient, without file name, picture or any
    other private thing; what it says of its own source type is kept, and so is what it was `stated` to be (URIs) before
    its file was cleaned; `further` are those of its further scenes. `keys` is the folder of the signer's keys (see
    identity.py), `label` the visible label that the frames carry, `ta_url` a time-stamp authority (RFC 3161); where it
    does not answer, the clip is signed without a time stamp, and the result says so.
    Raises DisclosureError: "not-a-photo", "keys-unusable", "clip-not-signed"; ValueError where `render_id` is no id.
    """
    check_render_id(render_id)
    identity = load_identity(keys)
    pictures = [photo.read_bytes() if isinstance(photo, Path) else photo, *(path.read_bytes() for path in further)]
    manifest = _manifest(render_id, [one for one in pictures if one is not None], LABELS[label], stated)
    with tempfile.TemporaryDirectory(prefix=".sign-", dir=target.parent) as folder:
        fresh = Path(folder) / "clip.mp4"
        time_stamp_error = None
        try:
            _sign(source, fresh, manifest, identity, ta_url)
        except c2pa.C2paError as error:
            if not ta_url:
                raise _not_signed(error) from error
            time_stamp_error = str(error)[:LONGEST_REASON]
            try:
                _sign(source, fresh, manifest, identity, None)
            except c2pa.C2paError as second:
                raise _not_signed(second) from second
        fresh.replace(target)
    return Signed(target, identity.name, bool(ta_url) and time_stamp_error is None, time_stamp_error)


def sign_beside(
    source: Path,
    sidecar: Path,
    *,
    render_id: str,
    photo: bytes | Path | None,
    keys: Path,
    label: Kind = "generated",
    stated: Sequence[str] = (),
) -> Signed:
    """Write a signed manifest for the WebM at `source` to `sidecar`; the clip stays as it is.

    C2PA 2 defines no place for a manifest inside WebM or Matroska, so that it lies beside the file and is bound to it
    by the hash of all its bytes. Whoever passes the clip on without it passes on the label and the file's tags only.
    Raises as `sign`.
    """
    check_render_id(render_id)
    identity = load_identity(keys)
    picture = photo.read_bytes() if isinstance(photo, Path) else photo
    manifest = _manifest(render_id, [picture] if picture else [], LABELS[label], stated) | {"format": WEBM}
    signer_info = c2pa.C2paSignerInfo(identity.algorithm, identity.chain, identity.key, None)
    try:
        with (
            c2pa.Context.from_dict(SETTINGS) as context,
            c2pa.Builder(manifest, context) as builder,
            c2pa.Signer.from_info(signer_info) as signer,
            source.open("rb") as read,
            tempfile.TemporaryFile(dir=sidecar.parent) as copy,  # the library writes one, and has nothing to put in
        ):
            builder.set_no_embed()
            signed = builder.sign(signer, WEBM, read, copy)
    except c2pa.C2paError as error:
        raise _not_signed(error) from error
    fresh = sidecar.with_name(f".{sidecar.name}.part")
    fresh.write_bytes(signed)
    fresh.replace(sidecar)
    return Signed(sidecar, identity.name, time_stamped=False, time_stamp_error=None)


def _sign(source: Path, target: Path, manifest: Manifest, identity: Identity, ta_url: str | None) -> None:
    signer_info = c2pa.C2paSignerInfo(identity.algorithm, identity.chain, identity.key, ta_url)
    with (
        c2pa.Context.from_dict(SETTINGS) as context,
        c2pa.Builder(manifest, context) as builder,
        c2pa.Signer.from_info(signer_info) as signer,
        source.open("rb") as read,
        target.open("w+b") as written,
    ):
        builder.sign(signer, "video/mp4", read, written)


def _manifest(render_id: str, photos: Sequence[bytes], label: str, stated: Sequence[str]) -> Manifest:
    made_by = {"name": NAME, "version": VERSION}
    created: Manifest = {"action": "c2pa.created", "digitalSourceType": COMPOSITE, "softwareAgent": made_by}
    render: Manifest = {"render_id": render_id, "visible_label": label}
    manifest: Manifest = {
        "claim_generator_info": [made_by],
        "title": "Talking clip",
        "format": "video/mp4",
        "instance_id": render_id,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [created]}},
            {"label": RENDER_ASSERTION, "data": render},
        ],
    }
    if photos:
        # A photo's own manifest is not taken over whole: it may hold a thumbnail, names and a place
        marks = [read_input_marks(photo) for photo in photos]
        render["photo_source_types"] = sorted({*stated, *(uri for mark in marks for uri in mark.source_types)})
        manifest["ingredients"] = [
            _ingredient(PHOTO if place == 1 else f"{PHOTO}-{place}", mark, stated if len(marks) == 1 else ())
            for place, mark in enumerate(marks, 1)
        ]
        created["parameters"] = {"ingredientIds": [one["instance_id"] for one in manifest["ingredients"]]}
    return manifest


def _ingredient(name: str, marks: InputMarks, stated: Sequence[str]) -> Manifest:
    ingredient: Manifest = {
        "title": "Photo",
        "format": marks.mime,
        "relationship": "inputTo",
        "instance_id": name,
        "label": name,
    }
    if types := sorted({*stated, *marks.source_types}):
        ingredient["description"] = f"The photo states of itself: {', '.join(types)}"
    return ingredient


def _not_signed(error: Exception) -> DisclosureError:
    return DisclosureError(
        "clip-not-signed",
        "The clip could not be signed, and without its credentials it is not handed out.",
        f"Check the keys folder and the disk, then render it again. ({str(error)[:LONGEST_REASON]})",
    )
