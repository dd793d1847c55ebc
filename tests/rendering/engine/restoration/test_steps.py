"""Each repair on its own: it undoes what it is for, and leaves alone what needs no repair."""

import cv2
import numpy as np
import pytest

from benchmarks.spoiling import blurred, compressed, darkened, faded, grainy, grey, scratched, sepia, small
from rendering.engine.faces import find_faces
from rendering.engine.faces.measures import blockiness, face_blur_px, face_light, noise_sigma, photo_tone
from rendering.engine.restoration.noise import remove_noise
from rendering.engine.restoration.scratches import fill_scratches, find_scratches
from rendering.engine.restoration.sharpening import enlarge, face_mask, sharpen_faces
from rendering.engine.restoration.tone import restore_tone
from tests.rendering.engine.faces.portraits import portrait, portrait_face


def psnr(a, b):
    return 10 * np.log10(255**2 / np.mean((a.astype(float) - b) ** 2))


def tint(photo):
    return cv2.cvtColor(photo.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[..., 1:].mean(axis=(0, 1))


def test_a_faded_print_gets_its_black_its_white_and_its_colours_back():
    repaired, done = restore_tone(faded(portrait()), portrait_face())
    assert done == ("faded", "cast")
    assert psnr(portrait(), repaired) > psnr(portrait(), faded(portrait())) + 12
    assert not photo_tone(repaired).faded


def test_a_whole_picture_keeps_its_tone():
    repaired, done = restore_tone(portrait(), portrait_face())
    assert done == ()
    assert np.array_equal(repaired, portrait())


@pytest.mark.parametrize("one_colour", [grey, sepia])
def test_black_and_white_and_sepia_stay_so(one_colour):
    pale = np.clip(one_colour(portrait()) * 0.4 + 95, 0, 255).astype(np.uint8)
    repaired, done = restore_tone(pale, portrait_face())
    assert done == ("faded",)
    assert photo_tone(repaired).monochrome
    assert not photo_tone(repaired).faded
    assert np.abs(tint(repaired) - tint(pale)).max() < 4


def test_a_dark_face_is_lightened_without_losing_its_colour():
    dark = darkened(portrait())
    repaired, done = restore_tone(dark, portrait_face())
    assert done == ("dark",)
    assert face_light(repaired, portrait_face()).brightest > face_light(dark, portrait_face()).brightest + 40
    assert psnr(portrait(), repaired) > psnr(portrait(), dark) + 10
    skin = face_mask(portrait().shape, portrait_face()) > 0.9
    ratio = [picture[skin].mean(axis=0) / picture[skin].mean() for picture in (portrait(), repaired)]
    assert np.abs(ratio[0] - ratio[1]).max() < 0.12


def test_a_face_before_a_bright_window_is_lightened_and_the_window_keeps_its_drawing():
    photo = darkened(portrait())
    photo[:, :60] = portrait()[:, :60]
    repaired, done = restore_tone(photo, portrait_face())
    assert done == ("dark",)
    assert face_light(repaired, portrait_face()).brightest > 45
    assert (repaired[:, :60] == 255).mean() < 0.2


def test_without_a_face_nothing_is_lightened():
    assert restore_tone(darkened(portrait()), None)[1] == ()


def test_grain_is_taken_out_and_the_drawing_kept():
    repaired, done = remove_noise(grainy(portrait(), 20))
    assert "grain" in done
    assert psnr(portrait(), repaired) > psnr(portrait(), grainy(portrait(), 20)) + 3
    assert noise_sigma(repaired) < 0.5 * noise_sigma(grainy(portrait(), 20))


def test_blocks_of_compression_are_softened():
    spoilt = compressed(portrait(), 15)
    repaired, done = remove_noise(spoilt)
    assert done == ("blocks",)
    assert blockiness(repaired) < 0.8 * blockiness(spoilt)
    assert psnr(portrait(), repaired) > psnr(portrait(), spoilt)


def test_a_clean_picture_is_not_smoothed():
    repaired, done = remove_noise(portrait())
    assert done == ()
    assert np.array_equal(repaired, portrait())


def test_scratches_and_dust_are_found_and_filled():
    spoilt, marks = scratched(portrait(960))
    found = find_scratches(spoilt, find_faces(spoilt))
    near = cv2.dilate(found.astype(np.uint8), np.ones((5, 5))).astype(bool)
    assert near[marks].mean() > 0.75
    beside = found & ~cv2.dilate(marks.astype(np.uint8), np.ones((9, 9))).astype(bool)
    assert beside.mean() < 0.002
    assert psnr(portrait(960), fill_scratches(spoilt, found)) > psnr(portrait(960), spoilt) + 6


def test_hair_lashes_and_knitting_are_no_scratches():
    assert find_scratches(portrait(960), find_faces(portrait(960))).mean() < 0.001


def test_dark_specks_on_a_face_are_left_alone_and_light_ones_are_not():
    photo, face = portrait(960).copy(), find_faces(portrait(960))[0]
    forehead, cheek = face.points[151, :2].astype(int), face.points[50, :2].astype(int)
    cv2.circle(photo, tuple(int(v) for v in forehead), 2, (30, 15, 10), -1)
    cv2.circle(photo, tuple(int(v) for v in cheek), 2, (250, 250, 250), -1)
    found = find_scratches(photo, (face,))
    assert not found[forehead[1], forehead[0]]
    assert found[cheek[1], cheek[0]]


def test_only_the_face_is_sharpened():
    soft = blurred(portrait(), 2)
    repaired, changed = sharpen_faces(soft, (portrait_face(),))
    assert changed
    assert face_blur_px(repaired, portrait_face()) < 0.9 * face_blur_px(soft, portrait_face())
    outside = face_mask(soft.shape, portrait_face()) == 0
    assert np.abs(repaired[outside].astype(int) - soft[outside]).max() <= 1


def test_a_sharp_or_grainy_face_is_not_sharpened():
    assert sharpen_faces(portrait(960), find_faces(portrait(960)))[1] is False
    assert sharpen_faces(grainy(blurred(portrait(), 2), 25), (portrait_face(),))[1] is False


def test_a_small_face_is_enlarged_to_a_working_size():
    photo = small(portrait(960), 0.25)
    faces = find_faces(photo)
    repaired, scale = enlarge(photo, faces)
    assert scale == pytest.approx(240 / faces[0].size_px)
    assert repaired.shape[:2] == tuple(round(side * scale) for side in photo.shape[:2])
    assert psnr(portrait(960), cv2.resize(repaired, (960, 1200), interpolation=cv2.INTER_CUBIC)) > 24


def test_large_faces_and_pictures_without_faces_keep_their_size():
    assert enlarge(portrait(960), find_faces(portrait(960)))[1] == 1
    assert enlarge(portrait(), ())[1] == 1


def wall_with(mark):
    """A wall in the light, (700, 700, 3), with a broad mark on it: a face of its own is not needed."""
    photo = np.full((700, 700, 3), 120, np.uint8)
    photo[:, 350:] = 60
    mark(photo)
    return np.clip(photo + np.random.default_rng(0).normal(0, 1.5, photo.shape), 0, 255).astype(np.uint8)


def test_a_broad_scratch_is_found():
    photo = wall_with(lambda wall: cv2.line(wall, (40, 60), (300, 640), (238, 235, 228), 5))
    line = cv2.line(np.zeros((700, 700), np.uint8), (40, 60), (300, 640), 1, 1).astype(bool)
    assert find_scratches(photo, ())[line].mean() > 0.9


def test_a_rail_between_two_things_is_no_scratch_and_a_scratch_across_both_is():
    rail = wall_with(lambda wall: cv2.line(wall, (350, 0), (350, 699), (200, 200, 198), 3))
    assert not find_scratches(rail, ()).any()
    across = wall_with(lambda wall: cv2.line(wall, (60, 200), (640, 420), (238, 235, 228), 3))
    line = cv2.line(np.zeros((700, 700), np.uint8), (60, 200), (640, 420), 1, 1).astype(bool)
    assert find_scratches(across, ())[line].mean() > 0.9
