"""What a WebM of ours says of itself in its tags (Matroska, RFC 9559, 5.1.8), and where its credentials lie."""

from pathlib import Path

import av

from rendering.disclosure.errors import DisclosureError
from rendering.disclosure.source_type import COMPOSITE, NAME, VERSION, SourceType

WEBM = "video/webm"
SIDECAR = ".c2pa"  # beside the clip, under the same name
_EBML = b"\x1aE\xdf\xa3"  # how every WebM begins
_SOURCE_TYPE, _RENDER, _TOOL = "DIGITAL_SOURCE_TYPE", "RENDER_ID", "CREATOR_TOOL"


def webm_tags(render_id: str) -> dict[str, str]:
    """The tags that a transparent clip of ours is written with."""
    return {_SOURCE_TYPE: COMPOSITE, _RENDER: render_id, _TOOL: f"{NAME} {VERSION}"}


def is_webm(path: Path) -> bool:
    """Whether the file at `path` begins as WebM and Matroska do."""
    with path.open("rb") as file:
        return file.read(len(_EBML)) == _EBML


def read_tags(path: Path) -> SourceType | None:
    """What the tags of the WebM at `path` say of its source; None without any.

    Raises DisclosureError("not-a-clip") where the file cannot be opened.
    """
    try:
        with av.open(str(path)) as container:
            tags = {name.upper(): value for name, value in container.metadata.items()}
    except av.FFmpegError as error:
        raise DisclosureError(
            "not-a-clip", "This is not a WebM file that can be opened.", "Choose the clip as it was downloaded."
        ) from error
    if _SOURCE_TYPE not in tags:
        return None
    return SourceType(uri=tags[_SOURCE_TYPE], tool=tags.get(_TOOL), render_id=tags.get(_RENDER), created=None)
