import json
import shutil
from pathlib import Path

import c2pa
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from rendering.disclosure import DisclosureError, sign, verify
from rendering.disclosure.source_type import COMPOSITE, VERSION
from rendering.engine.video import probe
from tests.rendering.disclosure.conftest import RENDER_ID
from tests.rendering.disclosure.operators import put_operators_identity
from tests.rendering.disclosure.photos import photo_bytes

GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def _manifest(clip: Path) -> dict:
    with c2pa.Reader(clip) as reader:
        store = json.loads(reader.json())
    return store["manifests"][store["active_manifest"]]


def _assertion(manifest: dict, label: str) -> dict:
    return next(assertion["data"] for assertion in manifest["assertions"] if assertion["label"] == label)


def test_the_first_action_says_that_it_was_made_and_how(signed_clip: Path):
    first, *others = _assertion(_manifest(signed_clip), "c2pa.actions.v2")["actions"]
    assert (first["action"], first["digitalSourceType"]) == ("c2pa.created", COMPOSITE)
    assert first["softwareAgent"] == {"name": "Likeness", "version": VERSION}
    assert others == []


def test_the_photo_is_an_ingredient_without_name_or_picture(signed_clip: Path):
    (photo,) = _manifest(signed_clip)["ingredients"]
    assert (photo["relationship"], photo["title"], photo["format"]) == ("inputTo", "Photo", "image/jpeg")
    assert not {"thumbnail", "data", "manifest_data"} & photo.keys()
    assert "thumbnail" not in _manifest(signed_clip)
    first = _assertion(_manifest(signed_clip), "c2pa.actions.v2")["actions"][0]
    assert "c2pa.ingredient" in json.dumps(first["parameters"])


def test_the_render_is_named(signed_clip: Path):
    render = _assertion(_manifest(signed_clip), "org.likeness.render")
    assert render == {"render_id": RENDER_ID, "visible_label": "AI GENERATED", "photo_source_types": []}
    assert _manifest(signed_clip)["instance_id"] == RENDER_ID


def test_the_photos_marks_are_kept_and_its_secrets_are_not(plain_clip: Path, keys: Path, tmp_path: Path):
    photo = tmp_path / "Jane Doe.jpg"
    photo.write_bytes(photo_bytes(source_type=GENERATED))
    sign(plain_clip, tmp_path / "a.mp4", render_id="rnd_1", photo=photo, keys=keys)
    assert _assertion(_manifest(tmp_path / "a.mp4"), "org.likeness.render")["photo_source_types"] == [GENERATED]
    content = (tmp_path / "a.mp4").read_bytes()
    assert b"Jane" not in content
    assert b"Secret Street" not in content
    assert str(tmp_path).encode() not in content


def test_what_the_photo_said_before_it_was_cleaned_is_carried_on(plain_clip: Path, keys: Path, tmp_path: Path):
    sign(plain_clip, tmp_path / "a.mp4", render_id="rnd_1", photo=photo_bytes(), keys=keys, stated=[GENERATED])
    (photo,) = _manifest(tmp_path / "a.mp4")["ingredients"]
    assert GENERATED in photo["description"]
    found = verify(tmp_path / "a.mp4", keys=keys)
    assert found.credentials.photo_source_types == (GENERATED,)
    assert "The photo that it was made of said of itself: trainedAlgorithmicMedia." in found.summary


def test_signing_adds_kilobytes_and_leaves_pictures_and_sound_alone(plain_clip: Path, signed_clip: Path):
    assert signed_clip.stat().st_size - plain_clip.stat().st_size < 20_000
    assert probe(signed_clip) == probe(plain_clip)


def test_a_clip_without_a_photo_has_no_ingredient(plain_clip: Path, keys: Path, tmp_path: Path):
    sign(plain_clip, tmp_path / "a.mp4", render_id="rnd_1", photo=None, keys=keys, label="modified")
    manifest = _manifest(tmp_path / "a.mp4")
    assert not manifest.get("ingredients")
    assert _assertion(manifest, "org.likeness.render")["visible_label"] == "AI MODIFIED"


def test_without_a_time_stamp_authority_that_answers_it_is_signed_and_says_so(
    plain_clip: Path, keys: Path, tmp_path: Path
):
    signed = sign(
        plain_clip, tmp_path / "a.mp4", render_id="rnd_1", photo=None, keys=keys, ta_url="http://127.0.0.1:9/"
    )
    assert not signed.time_stamped
    assert signed.time_stamp_error
    assert verify(tmp_path / "a.mp4").credentials.valid


def test_without_a_time_stamp_authority_nothing_is_missed(plain_clip: Path, keys: Path, tmp_path: Path):
    signed = sign(plain_clip, tmp_path / "a.mp4", render_id="rnd_1", photo=None, keys=keys)
    assert (signed.time_stamped, signed.time_stamp_error) == (False, None)
    assert signed.signer.startswith("Likeness installation")


def test_what_cannot_be_signed_leaves_nothing_behind(keys: Path, tmp_path: Path):
    (tmp_path / "a.mp4").write_bytes(b"no clip at all")
    (tmp_path / "out").mkdir()
    with pytest.raises(DisclosureError) as refused:
        sign(tmp_path / "a.mp4", tmp_path / "out" / "b.mp4", render_id="rnd_1", photo=None, keys=keys)
    assert refused.value.code == "clip-not-signed"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_certificate_that_c2pa_does_not_accept_is_refused(plain_clip: Path, tmp_path: Path):
    put_operators_identity(tmp_path / "keys", ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(DisclosureError) as refused:
        sign(plain_clip, tmp_path / "a.mp4", render_id="rnd_1", photo=None, keys=tmp_path / "keys")
    assert refused.value.code == "clip-not-signed"
    assert not (tmp_path / "a.mp4").exists()


def test_the_operators_own_certificate_signs(plain_clip: Path, keys: Path, tmp_path: Path):
    operator = tmp_path / "keys" / "operator"
    shutil.copytree(keys / "own", operator)
    (operator / "root.pem").unlink()
    sign(plain_clip, tmp_path / "a.mp4", render_id="rnd_1", photo=None, keys=tmp_path / "keys")
    assert not (tmp_path / "keys" / "own").exists()
    assert verify(tmp_path / "a.mp4", keys=keys).credentials.ours
    assert verify(tmp_path / "a.mp4", keys=tmp_path / "keys").credentials.ours is None


def test_only_ids_are_written(plain_clip: Path, keys: Path, tmp_path: Path):
    with pytest.raises(ValueError, match="render id"):
        sign(plain_clip, tmp_path / "a.mp4", render_id="Jane Doe", photo=None, keys=keys)
