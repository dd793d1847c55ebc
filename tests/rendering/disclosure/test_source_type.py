import contextlib
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rendering.disclosure.errors import DisclosureError
from rendering.disclosure.source_type import (
    COMPOSITE,
    LONGEST_PACKET,
    VERSION,
    XMP_UUID,
    is_ai,
    parse_packet,
    read_source_type,
    write_source_type,
)
from rendering.engine.video import probe
from tests.rendering.disclosure.photos import XMP

MOMENT = datetime(2026, 11, 3, 12, 30, tzinfo=UTC)


@pytest.fixture
def clip(plain_clip: Path, tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(plain_clip.read_bytes())
    return path


def _with_packet(clip: Path, packet: bytes) -> None:
    with clip.open("ab") as file:
        file.write((24 + len(packet)).to_bytes(4, "big") + b"uuid" + XMP_UUID + packet)


def test_what_is_written_is_read_back(clip: Path):
    write_source_type(clip, render_id="rnd_1", created=MOMENT)
    mark = read_source_type(clip)
    assert mark is not None
    assert mark.uri == "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
    assert (mark.tool, mark.render_id, mark.created) == (f"Likeness {VERSION}", "rnd_1", "2026-11-03T12:30:00Z")
    assert mark.is_ai


def test_nothing_in_the_file_moves(clip: Path):
    before = clip.read_bytes()
    write_source_type(clip, render_id="rnd_1")
    assert clip.read_bytes().startswith(before)
    assert probe(clip).complete


def test_a_clip_without_a_packet_says_nothing(clip: Path):
    assert read_source_type(clip) is None


def test_a_clip_is_marked_once(clip: Path):
    write_source_type(clip, render_id="rnd_1")
    with pytest.raises(DisclosureError) as refused:
        write_source_type(clip, render_id="rnd_2")
    assert refused.value.code == "already-marked"


def test_only_mp4_is_marked(tmp_path: Path):
    (tmp_path / "a.mp4").write_bytes(b"\xff\xd8\xff\xe0 a jpeg")
    with pytest.raises(DisclosureError) as refused:
        write_source_type(tmp_path / "a.mp4", render_id="rnd_1")
    assert refused.value.code == "not-a-clip"
    assert (tmp_path / "a.mp4").read_bytes() == b"\xff\xd8\xff\xe0 a jpeg"


def test_a_last_box_without_a_size_would_swallow_the_packet(clip: Path):
    with clip.open("ab") as file:
        file.write(b"\x00\x00\x00\x00free")
    with pytest.raises(DisclosureError) as refused:
        write_source_type(clip, render_id="rnd_1")
    assert refused.value.code == "clip-damaged"


@pytest.mark.parametrize("render_id", ["", "a b", "<x>", "rnd_\u00e9", "x" * 101])
def test_only_ids_are_written(clip: Path, render_id: str):
    with pytest.raises(ValueError, match="render id"):
        write_source_type(clip, render_id=render_id)


def test_properties_written_as_attributes_are_read(clip: Path):
    _with_packet(clip, XMP.format(uri=COMPOSITE).encode())
    mark = read_source_type(clip)
    assert mark is not None
    assert mark.uri == COMPOSITE


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"<",
        b"\xff\xfe<\x00",
        b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><x>&b;</x>",
        b"<x><y></x>",
        b"\x00" * (LONGEST_PACKET + 1),
    ],
)
def test_a_hostile_packet_is_a_clean_error(clip: Path, packet: bytes):
    _with_packet(clip, packet)
    with pytest.raises(DisclosureError) as refused:
        read_source_type(clip)
    assert refused.value.code == "mark-unreadable"


@given(packet=st.one_of(st.binary(max_size=200), st.text("<>/ax:='\"&;! \x00", max_size=80).map(str.encode)))
def test_any_packet_is_read_or_a_clean_error(packet: bytes):
    with contextlib.suppress(DisclosureError):
        parse_packet(packet)


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        (COMPOSITE, True),
        ("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia", True),
        ("http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture", False),
        ("", False),
        (None, False),
    ],
)
def test_which_source_types_are_ai(uri: str | None, expected: bool):
    assert is_ai(uri) is expected


def test_the_version_is_the_projects():
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == VERSION
