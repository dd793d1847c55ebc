import contextlib
import json
from pathlib import Path

import av
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rendering.disclosure import DisclosureError, sign, verify, write_source_type
from rendering.disclosure.source_type import COMPOSITE, VERSION
from tests.rendering.disclosure.conftest import RENDER_ID
from tests.rendering.disclosure.photos import photo_bytes


def _remuxed(clip: Path, target: Path) -> Path:
    """The same pictures and sound, copied into a new file, as networks do."""
    with av.open(str(clip)) as read, av.open(str(target), "w", format="mp4") as written:
        streams = {stream.index: written.add_stream_from_template(stream) for stream in read.streams}
        for packet in read.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                written.mux(packet)
    return target


def _flipped(clip: Path, target: Path, *, at: int) -> Path:
    content = bytearray(clip.read_bytes())
    content[at] ^= 1
    target.write_bytes(content)
    return target


def test_a_clip_of_ours_says_all(signed_clip: Path, keys: Path):
    found = verify(signed_clip, keys=keys)
    assert found.ai_generated
    assert (found.source_type, found.render_id, found.label) == (COMPOSITE, RENDER_ID, "AI GENERATED")
    credentials = found.credentials
    assert (credentials.present, credentials.valid, credentials.trusted, credentials.ours) == (True, True, False, True)
    assert (credentials.issues, credentials.actions, credentials.signed_at) == ((), ("c2pa.created",), None)
    assert credentials.generator == f"Likeness {VERSION}"
    assert (credentials.signer or "").startswith("Likeness installation")
    assert found.video is not None
    assert found.video.frames == 25
    assert found.issues == ()


def test_people_are_told_that_no_authority_vouches_for_it(signed_clip: Path, keys: Path):
    summary = " ".join(verify(signed_clip, keys=keys).summary)
    assert "says that it was made with AI" in summary
    assert "signed by this installation, not by a recognised authority" in summary
    assert RENDER_ID in summary


def test_another_installation_does_not_claim_it(signed_clip: Path, plain_clip: Path, tmp_path: Path):
    sign(plain_clip, tmp_path / "theirs.mp4", render_id="rnd_1", photo=None, keys=tmp_path / "keys")
    found = verify(signed_clip, keys=tmp_path / "keys")
    assert found.credentials.valid
    assert found.credentials.ours is False
    assert "in the name of “Likeness installation" in " ".join(found.summary)


def test_without_keys_nothing_is_said_of_ours(signed_clip: Path):
    assert verify(signed_clip).credentials.ours is None


def test_a_root_that_the_operator_recognises_makes_it_trusted(signed_clip: Path, keys: Path, tmp_path: Path):
    (tmp_path / "recognised.pem").write_bytes((keys / "own" / "root.pem").read_bytes())
    found = verify(signed_clip, keys=tmp_path)
    assert found.credentials.trusted
    assert "a recognised authority vouches for it" in " ".join(found.summary)


def test_one_bit_changed_in_the_pictures_is_found_out(signed_clip: Path, keys: Path, tmp_path: Path):
    middle = signed_clip.read_bytes().index(b"mdat") + 2000
    found = verify(_flipped(signed_clip, tmp_path / "a.mp4", at=middle), keys=keys)
    assert (found.credentials.present, found.credentials.valid, found.credentials.ours) == (True, False, False)
    assert found.credentials.issues == ("assertion.bmffHash.mismatch",)
    assert "changed after it was signed" in " ".join(found.summary)


def test_one_bit_changed_in_the_source_type_is_found_out(signed_clip: Path, keys: Path, tmp_path: Path):
    place = signed_clip.read_bytes().rindex(b"compositeWith")
    found = verify(_flipped(signed_clip, tmp_path / "a.mp4", at=place), keys=keys)
    assert not found.credentials.valid


def test_one_bit_changed_in_the_manifest_is_found_out(signed_clip: Path, keys: Path, tmp_path: Path):
    place = signed_clip.read_bytes().index(b"c2pa.created")
    found = verify(_flipped(signed_clip, tmp_path / "a.mp4", at=place), keys=keys)
    assert (found.credentials.present, found.credentials.valid) == (True, False)


def test_a_copied_stream_has_lost_its_marks_and_is_not_called_genuine(signed_clip: Path, tmp_path: Path):
    found = verify(_remuxed(signed_clip, tmp_path / "a.mp4"))
    assert not found.ai_generated
    assert not found.credentials.present
    assert (found.render_id, found.source_type, found.label) == (None, None, None)
    summary = " ".join(found.summary)
    assert "does not mean that it was made without" in summary
    assert "may have been removed" in summary


def test_the_source_type_alone_still_speaks(plain_clip: Path, tmp_path: Path):
    (tmp_path / "a.mp4").write_bytes(plain_clip.read_bytes())
    write_source_type(tmp_path / "a.mp4", render_id="rnd_9")
    found = verify(tmp_path / "a.mp4")
    assert (found.ai_generated, found.source_type, found.render_id) == (True, COMPOSITE, "rnd_9")
    assert not found.credentials.present


def test_marks_of_two_renders_do_not_pass_for_one(plain_clip: Path, keys: Path, tmp_path: Path):
    (tmp_path / "a.mp4").write_bytes(plain_clip.read_bytes())
    write_source_type(tmp_path / "a.mp4", render_id="rnd_1")
    sign(tmp_path / "a.mp4", tmp_path / "a.mp4", render_id="rnd_2", photo=photo_bytes(), keys=keys)
    found = verify(tmp_path / "a.mp4")
    assert found.issues == ("render-ids-differ",)
    assert "different renders" in " ".join(found.summary)


def test_a_broken_source_type_does_not_hide_the_rest(signed_clip: Path, tmp_path: Path):
    content = signed_clip.read_bytes()
    (tmp_path / "a.mp4").write_bytes(content.replace(b"</rdf:RDF>", b"</rdf:XXX>"))
    found = verify(tmp_path / "a.mp4")
    assert found.issues == ("mark-unreadable",)
    assert found.credentials.present


def test_credentials_of_garbage_are_present_and_not_valid(plain_clip: Path, tmp_path: Path):
    box = bytes.fromhex("d8fec3d61b0e483c92975828877ec481") + b"\x00" * 4 + b"manifest\x00" + b"\x00" * 8 + b"\x07" * 90
    content = plain_clip.read_bytes()
    (tmp_path / "a.mp4").write_bytes(content + (8 + len(box)).to_bytes(4, "big") + b"uuid" + box)
    found = verify(tmp_path / "a.mp4")
    assert (found.credentials.present, found.credentials.valid) == (True, False)
    assert found.credentials.issues


def test_a_clip_whose_end_is_missing_is_said_to_be_broken(plain_clip: Path, tmp_path: Path):
    content = plain_clip.read_bytes()
    (tmp_path / "a.mp4").write_bytes(content[: len(content) - 500])
    with pytest.raises(DisclosureError) as refused:
        verify(tmp_path / "a.mp4")
    assert refused.value.code == "clip-damaged"


@pytest.mark.parametrize("content", [b"", b"hello", photo_bytes(), b"\x1aE\xdf\xa3" + b"\x00" * 99, b"\x00" * 5000])
def test_what_is_no_mp4_is_a_clean_error(tmp_path: Path, content: bytes):
    (tmp_path / "a.mp4").write_bytes(content)
    with pytest.raises(DisclosureError) as refused:
        verify(tmp_path / "a.mp4")
    assert refused.value.code == "not-a-clip"
    assert refused.value.advice


def test_an_mp4_without_pictures_is_no_crash(tmp_path: Path):
    (tmp_path / "a.mp4").write_bytes(b"\x00\x00\x00\x10ftypisom\x00\x00\x00\x00\x00\x00\x00\x08free")
    found = verify(tmp_path / "a.mp4")
    assert found.video is None
    assert found.issues == ("clip-unreadable",)
    assert "cannot be read" in " ".join(found.summary)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_clip_with_any_bytes_overwritten_is_examined_or_a_clean_error(signed_clip: Path, tmp_path: Path, data):
    content = bytearray(signed_clip.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 8))
        patch = data.draw(st.binary(min_size=1, max_size=8))
        content[place : place + len(patch)] = patch
    (tmp_path / "a.mp4").write_bytes(content)
    with contextlib.suppress(DisclosureError):
        assert isinstance(verify(tmp_path / "a.mp4").summary, tuple)


def test_it_can_be_written_as_json(signed_clip: Path, keys: Path):
    found = json.loads(json.dumps(verify(signed_clip, keys=keys).as_dict()))
    assert found["credentials"]["valid"] is True
    assert found["video"]["frames"] == 25
    assert found["summary"]
