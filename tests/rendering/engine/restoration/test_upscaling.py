"""Small faces drawn larger, with files in ncnn's form that the tests make: the real loader and the real network."""

import cv2
import numpy as np
import pytest

from benchmarks.spoiling import compressed, grainy, small
from rendering.engine.errors import EngineError
from rendering.engine.faces import find_faces
from rendering.engine.restoration import CLASSICAL, DRAWN, available_steps, repair
from rendering.engine.restoration.sharpening import enlarge
from rendering.engine.restoration.upscaling import drawn_larger, too_spoilt, upscale
from tests.rendering.engine.faces.portraits import portrait

SHAPES = [(64, 3), *[(64, 64)] * 16, (48, 64)]


def weights_file(folder, *, last_bias=0.0, noise=0.0):
    """A file as ncnn keeps this network: 16-bit kernels behind a mark, then biases, then slopes."""
    dice = np.random.default_rng(0)
    parts = []
    for number, (out, into) in enumerate(SHAPES):
        last = number == len(SHAPES) - 1
        kernel = dice.normal(0, noise, (out, into, 3, 3)) if noise else np.zeros((out, into, 3, 3))
        parts += [b"\x47\x6b\x30\x01", kernel.astype("<f2").tobytes()]
        parts.append(np.full(out, last_bias if last else 0.0, "<f4").tobytes())
        parts += [] if last else [np.full(out, 0.25, "<f4").tobytes()]
    path = folder / "upscaler.bin"
    path.write_bytes(b"".join(parts))
    return path


def small_photo():
    return small(portrait(960), 0.25)


def test_a_network_that_adds_nothing_repeats_pixels(tmp_path):
    photo = small_photo()[:40, :30]
    drawn = drawn_larger(photo, weights=weights_file(tmp_path))
    assert np.array_equal(drawn, np.repeat(np.repeat(photo, 4, axis=0), 4, axis=1))


def test_what_the_network_says_is_added(tmp_path):
    photo = np.full((20, 20, 3), 100, np.uint8)
    assert (drawn_larger(photo, weights=weights_file(tmp_path, last_bias=10 / 255)) == 110).all()


def test_the_kernels_are_read_in_the_order_of_the_file(tmp_path):
    """A step of light at one place moves what is drawn there, and nothing twenty pixels away."""
    weights = weights_file(tmp_path, noise=0.05)
    photo = np.full((64, 64, 3), 100, np.uint8)
    spot = photo.copy()
    spot[10, 10] = 200
    change = np.abs(drawn_larger(photo, weights=weights).astype(int) - drawn_larger(spot, weights=weights))
    assert change[40:44, 40:44].max() > 0
    assert change[4 * 30 :, 4 * 30 :].max() == 0


def test_the_face_is_drawn_and_what_lies_far_from_it_only_enlarged(tmp_path):
    photo = cv2.copyMakeBorder(small_photo(), 0, 0, 0, 900, cv2.BORDER_REPLICATE)
    faces = find_faces(photo)
    after, scale = upscale(photo, faces, weights=weights_file(tmp_path, last_bias=30 / 255))
    plain, _ = enlarge(photo, faces)
    assert scale > 1
    assert after.shape == plain.shape
    x, y, w, h = (round(v * scale) for v in faces[0].box)
    middle = (slice(y + h // 4, y + h // 2), slice(x + w // 4, x + w // 2))
    assert (after[middle].astype(int) - plain[middle]).mean() == pytest.approx(0.65 * 30, abs=3)
    assert np.array_equal(after[:, -200:], plain[:, -200:])


def test_the_step_is_offered_only_where_its_weights_are_and_is_never_done_unasked(tmp_path):
    assert available_steps(tmp_path) == CLASSICAL
    with pytest.raises(EngineError, match="models install upscaler") as caught:
        repair(small_photo(), find_faces(small_photo()), steps=("upscale",), models=tmp_path)
    assert caught.value.code == "model-missing"
    weights_file(tmp_path)
    assert set(available_steps(tmp_path)) - set(CLASSICAL) == {"upscale"}
    assert not DRAWN & set(CLASSICAL)


def test_it_says_that_lines_are_guesses_and_nothing_is_left_to_enlarge(tmp_path):
    weights_file(tmp_path)
    repaired = repair(small_photo(), find_faces(small_photo()), steps=("enlarge", "upscale"), models=tmp_path)
    assert [(note.step, note.done) for note in repaired.notes] == [("upscale", True), ("enlarge", False)]
    assert "guesses" in repaired.notes[0].message
    assert repaired.change is not None
    assert repaired.change.same_person


@pytest.mark.parametrize("spoil", [lambda photo: grainy(photo, 15), lambda photo: compressed(photo, 15)])
def test_grain_and_squares_are_not_drawn_larger(spoil, tmp_path):
    weights_file(tmp_path)
    photo = spoil(small_photo())
    assert too_spoilt(photo)
    repaired = repair(photo, find_faces(photo), steps=("upscale",), models=tmp_path)
    assert not repaired.changed
    assert "grainy" in repaired.notes[0].message


@pytest.mark.parametrize("spoil", [lambda data: data[:-4], lambda data: data + b"1234", lambda data: b"?" + data[1:]])
def test_another_file_under_that_name_is_refused_in_words(spoil, tmp_path):
    path = weights_file(tmp_path)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(EngineError, match="models install upscaler") as caught:
        drawn_larger(small_photo(), weights=path)
    assert caught.value.code == "upscaler-weights"
