import json
from pathlib import Path

import av
import pytest

from rendering.engine.errors import EngineError
from rendering.engine.video.encoding import encode
from rendering.engine.video.probe import probe
from tests.rendering.engine.video.clips import SIZE, grey_chunks, silence


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("probe") / "clip.mp4"
    encode(path, grey_chunks([k * 5 for k in range(50)]), size=SIZE, sound=silence(2))
    return path


def test_what_was_found_can_be_written_as_json(clip: Path):
    assert json.loads(json.dumps(probe(clip).as_dict()))["frames"] == 50


def test_a_clip_cut_short_is_found_out_though_its_header_promises_all(clip: Path, tmp_path: Path):
    content = clip.read_bytes()
    (tmp_path / "cut.mp4").write_bytes(content[: len(content) * 3 // 4])
    found = probe(tmp_path / "cut.mp4")
    assert found.frames < 50
    assert found.duration == pytest.approx(2.0)
    assert not found.complete


def test_only_mp4_is_looked_at(clip: Path, tmp_path: Path):
    with av.open(str(clip)) as read, av.open(str(tmp_path / "a.mp4"), "w", format="matroska") as written:
        stream = written.add_stream_from_template(read.streams.video[0])
        for packet in [packet for packet in read.demux(video=0) if packet.size]:
            packet.stream = stream
            written.mux(packet)
    with pytest.raises(EngineError) as refused:
        probe(tmp_path / "a.mp4")
    assert refused.value.code == "clip-unreadable"


def test_a_title_in_an_old_encoding_does_no_harm(clip: Path, tmp_path: Path):
    (tmp_path / "a.mp4").write_bytes(clip.read_bytes().replace(b"Talking", b"T\xe4lk\xefng"))
    assert probe(tmp_path / "a.mp4").frames == 50


def test_pictures_of_an_unknown_kind_are_none(clip: Path, tmp_path: Path):
    (tmp_path / "a.mp4").write_bytes(clip.read_bytes().replace(b"avc1", b"xyz1"))
    with pytest.raises(EngineError) as refused:
        probe(tmp_path / "a.mp4")
    assert refused.value.code == "clip-unreadable"


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 64, b"hello, I am a text", b"\x00\x00\x00\x18ftypisom" + b"\x07" * 99]
)
def test_what_is_no_video_is_said_to_be_none(tmp_path: Path, content: bytes):
    (tmp_path / "a.mp4").write_bytes(content)
    with pytest.raises(EngineError) as refused:
        probe(tmp_path / "a.mp4")
    assert refused.value.code == "clip-unreadable"
