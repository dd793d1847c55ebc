"""What a clip says of itself, and how far that can be believed. For any MP4, ours or not; for a WebM as far as its tags
and the credentials that lie beside it tell.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import c2pa

from rendering.disclosure.boxes import outer_boxes
from rendering.disclosure.errors import DisclosureError
from rendering.disclosure.identity import own_root, recognised_roots
from rendering.disclosure.manifests import OFFLINE, Manifest, actions, lineage, render_assertion, source_types
from rendering.disclosure.source_type import NAME, SourceType, is_ai, read_source_type
from rendering.disclosure.webm import SIDECAR, WEBM, is_webm, read_tags
from rendering.engine.errors import EngineError
from rendering.engine.video.probe import Probe, probe

C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
# Not a fault of the file: it only says that nobody told us to trust the signer, which `trusted` says already
UNTRUSTED = "signingCredential.untrusted"


@dataclass(frozen=True)
class Credentials:
    """The clip's C2PA credentials.

    `valid`: signature and file fit together. `trusted`: a recognised authority vouches for the signer. `ours`: signed
    with this installation's certificate (None where its keys were not at hand to compare).
    `issues` are C2PA's codes for what is wrong, `actions` what was done (C2PA's names), `signed_at` the moment that a
    time-stamp authority confirmed (ISO 8601), `label` the visible label that the signer states, `photo_source_types`
    what the photo that it was made of said of itself.
    """

    present: bool
    valid: bool = False
    trusted: bool = False
    ours: bool | None = None
    signer: str | None = None
    issues: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    source_types: tuple[str, ...] = ()
    generator: str | None = None
    signed_at: str | None = None
    render_id: str | None = None
    label: str | None = None
    photo_source_types: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verification:
    """What verify() found. `ai_generated` is what the clip *says*: False means that it says nothing of the kind."""

    ai_generated: bool
    source_type: str | None
    render_id: str | None
    label: str | None
    credentials: Credentials
    video: Probe | None
    issues: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Everything, ready for JSON, with the lines for people under "summary"."""
        return {**asdict(self), "summary": list(self.summary)}

    @property
    def summary(self) -> tuple[str, ...]:
        """The same in lines for people."""
        lines = [
            "This clip says that it was made with AI."
            if self.ai_generated
            else "This clip does not say that it was made with AI. That does not mean that it was made without.",
            _credentials_line(self.credentials),
        ]
        if self.label:
            lines.append(
                f"It is said to show the words “{self.label}” on every frame; whether they are still there, only a "
                "look at it can tell."
            )
        if self.credentials.photo_source_types:
            told = ", ".join(uri.rstrip("/").rsplit("/", 1)[-1] for uri in self.credentials.photo_source_types)
            lines.append(f"The photo that it was made of said of itself: {told}.")
        if "render-ids-differ" in self.issues:
            lines.append("Its two marks name different renders: one of them was put in later.")
        elif self.render_id:
            lines.append(f"It comes from the render {self.render_id}.")
        if self.video is None:
            lines.append("Its pictures cannot be read.")
        elif not self.video.complete:
            lines.append("It ends before it should: a part of it is missing.")
        return tuple(lines)


def verify(path: Path, *, keys: Path | None = None) -> Verification:
    """Examine the clip at `path`, offline; the keys folder `keys` lets it tell whether this installation signed it.

    The credentials of a WebM are looked for beside it, in a file of the same name that ends in .c2pa. Raises
    DisclosureError where the file is neither ("not-a-clip") or is broken ("clip-damaged"); a clip that carries no
    marks, or someone else's, is no error.
    """
    issues = []
    mark: SourceType | None = None
    try:
        mark = read_tags(path) if is_webm(path) else read_source_type(path)
    except DisclosureError as error:
        if error.code != "mark-unreadable":
            raise
        issues.append(error.code)
    video: Probe | None = None
    try:
        video = probe(path)
        if not video.complete:
            issues.append("clip-incomplete")
    except EngineError as error:
        issues.append(error.code)
    credentials = _credentials(path, keys)
    marked_id = mark.render_id if mark and (mark.tool or "").startswith(f"{NAME} ") else None
    if credentials.render_id and marked_id and credentials.render_id != marked_id:
        issues.append("render-ids-differ")
    stated = [*credentials.source_types, *((mark.uri,) if mark and mark.uri else ())]
    return Verification(
        ai_generated=any(is_ai(uri) for uri in stated),
        source_type=next((uri for uri in stated if is_ai(uri)), stated[0] if stated else None),
        render_id=credentials.render_id or marked_id,
        label=credentials.label,
        credentials=credentials,
        video=video,
        issues=tuple(issues),
    )


def _credentials(path: Path, keys: Path | None) -> Credentials:
    beside: bytes | None = None
    if is_webm(path):
        if not (sidecar := path.with_suffix(SIDECAR)).is_file():
            return Credentials(present=False)
        beside = sidecar.read_bytes()
    else:
        with path.open("rb") as file:
            if not any(box.uuid == C2PA_UUID for box in outer_boxes(file)):
                return Credentials(present=False)
    try:
        state, store = _read(path, recognised_roots(keys) if keys else None, beside)
        valid = state in ("Valid", "Trusted")
        root = own_root(keys) if keys else None
        ours = None if root is None else valid and _read(path, root, beside)[0] == "Trusted"
    except c2pa.C2paError as error:
        return Credentials(present=True, issues=(f"unreadable: {str(error)[:200]}",))
    newest = next(lineage(store), {})
    signature = newest.get("signature_info") or {}
    render = render_assertion(store)
    return Credentials(
        present=True,
        valid=valid,
        trusted=state == "Trusted",
        ours=ours,
        signer=signature.get("issuer") or signature.get("common_name"),
        issues=_issues(store),
        actions=tuple(str(action.get("action")) for action in actions(newest)),
        source_types=tuple(source_types(store)),
        generator=_generator(newest),
        signed_at=signature.get("time"),
        render_id=_text(render.get("render_id")),
        label=_text(render.get("visible_label")),
        photo_source_types=_texts(render.get("photo_source_types")),
    )


def _read(path: Path, roots: str | None, beside: bytes | None) -> tuple[str, Manifest]:
    """C2PA's verdict on the file ("Invalid", "Valid", "Trusted") under the trusted `roots`, and its manifests; those
    that lie `beside` it, where they are not in it.
    """
    settings = {**OFFLINE, "trust": {"user_anchors": roots}} if roots else OFFLINE
    with (
        path.open("rb") as file,
        c2pa.Context.from_dict(settings) as context,
        c2pa.Reader("video/mp4" if beside is None else WEBM, file, beside, context) as reader,
    ):
        store: Manifest = json.loads(reader.json())
    return str(store.get("validation_state")), store


def _issues(store: Manifest) -> tuple[str, ...]:
    results = (store.get("validation_results") or {}).get("activeManifest") or {}
    codes = [str(failure.get("code")) for failure in results.get("failure") or ()]
    return tuple(dict.fromkeys(code for code in codes if code != UNTRUSTED))


def _generator(manifest: Manifest) -> str | None:
    for info in manifest.get("claim_generator_info") or ():
        return f"{info.get('name', '')} {info.get('version') or ''}".strip() or None
    return _text(manifest.get("claim_generator"))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(values: object) -> tuple[str, ...]:
    return tuple(value for value in values if isinstance(value, str)) if isinstance(values, list) else ()


def _credentials_line(credentials: Credentials) -> str:
    if not credentials.present:
        return "It carries no signed credentials. They may have been removed: many networks and messengers do that."
    if not credentials.valid:
        return (
            "Its signed credentials do not fit the file: it was changed after it was signed, or they are not genuine."
        )
    intact = "Its signed credentials are intact: the file was not changed since it was signed."
    if credentials.ours:
        rank = "and a recognised authority vouches for it" if credentials.trusted else "not by a recognised authority"
        return f"{intact} It was signed by this installation, {rank}."
    if credentials.trusted:
        return f"{intact} It was signed by “{credentials.signer}”, and a recognised authority vouches for it."
    return f"{intact} It was signed in the name of “{credentials.signer}”, and no recognised authority vouches for it."
