"""Still pictures that leave the house repaired: what they say of how they came to be."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import c2pa
import numpy as np
from PIL import Image, PngImagePlugin

from rendering.disclosure.credentials import SETTINGS
from rendering.disclosure.errors import DisclosureError
from rendering.disclosure.identity import load_identity
from rendering.disclosure.manifests import Manifest
from rendering.disclosure.source_type import COMPOSITE, IPTC_SOURCE_TYPES, NAME, PACKET, VERSION, is_ai

# IPTC's word for a picture that a program has cleaned up without a trained model inventing anything
ENHANCED = f"{IPTC_SOURCE_TYPES}algorithmicallyEnhanced"
_NO_RENDER = "repair"
_PHOTO = "photo"  # the ingredient's id inside the manifest


def repaired_source_type(before: Sequence[str], *, drawn_anew: bool) -> str:
    """The source type (URI) of a repaired picture that stated `before`; `drawn_anew`: a trained model drew parts of it.

    A picture made by AI does not become a photograph by being repaired.
    """
    if drawn_anew:
        return COMPOSITE
    return next((uri for uri in before if is_ai(uri)), ENHANCED)


def write_png(path: Path, photo: np.ndarray, *, source_type: str, created: datetime | None = None) -> None:
    """Write `photo` (H, W, 3) uint8 as a PNG that states its `source_type` in XMP and nothing else of its origin."""
    moment = (created or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    notes = PngImagePlugin.PngInfo()
    packet = PACKET.format(source_type=source_type, created=moment, render_id=_NO_RENDER)
    notes.add_itxt("XML:com.adobe.xmp", packet)
    Image.fromarray(photo).save(path, "PNG", pnginfo=notes)


def sign_png(path: Path, *, keys: Path, source_type: str, done: Sequence[str], stated: Sequence[str] = ()) -> None:
    """Sign the PNG at `path` in its place: credentials that say what was `done` to the photo that it was made of, and
    what that photo `stated` of its own source type (URIs). Raises DisclosureError as `credentials.sign`.
    """
    identity = load_identity(keys)
    made_by = {"name": NAME, "version": VERSION}
    edited: Manifest = {
        "action": "c2pa.edited",
        "digitalSourceType": source_type,
        "softwareAgent": made_by,
        "description": " ".join(done),
        "parameters": {"ingredientIds": [_PHOTO]},
    }
    opened: Manifest = {"action": "c2pa.opened", "parameters": {"ingredientIds": [_PHOTO]}}
    ingredient = {
        "title": "Photo",
        "format": "image/png",
        "relationship": "parentOf",
        "instance_id": _PHOTO,
        "label": _PHOTO,
    }
    if stated:
        ingredient["description"] = f"The photo states of itself: {', '.join(sorted(stated))}"
    manifest: Manifest = {
        "claim_generator_info": [made_by],
        "title": "Repaired photo",
        "format": "image/png",
        "ingredients": [ingredient],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [opened, edited]}}],
    }
    signer_info = c2pa.C2paSignerInfo(identity.algorithm, identity.chain, identity.key, None)
    fresh = path.with_name(f".{path.name}.part")
    try:
        with (
            c2pa.Context.from_dict(SETTINGS) as context,
            c2pa.Builder(manifest, context) as builder,
            c2pa.Signer.from_info(signer_info) as signer,
            path.open("rb") as read,
            fresh.open("w+b") as written,
        ):
            builder.sign(signer, "image/png", read, written)
        fresh.replace(path)
    except c2pa.C2paError as error:
        raise DisclosureError(
            "photo-not-signed",
            "The repaired photo could not be signed.",
            f"Check the keys folder and the disk, then try again. ({str(error)[:200]})",
        ) from error
    finally:
        fresh.unlink(missing_ok=True)
