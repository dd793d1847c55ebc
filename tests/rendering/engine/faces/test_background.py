import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rendering.engine.faces.background import GREEN, Background, cut_out, filled_in, foreground, ground, over
from tests.rendering.engine.faces.portraits import portrait, portrait_matte

HAIR, WALL, SEA = np.array([90, 50, 30]), np.array([230, 225, 210]), (20, 60, 200)


def hair_before_a_wall():
    """A disc of hair with a wide soft edge before a plain wall, and its matte."""
    rows, columns = np.mgrid[:200, :160]
    matte = np.clip((60 - np.hypot(rows - 100, columns - 80)) / 16, 0, 1).astype(np.float32)
    photo = matte[..., None] * HAIR + (1 - matte[..., None]) * WALL
    return np.rint(photo).astype(np.uint8), matte


def test_keep_hands_the_photo_back_as_it_is():
    assert over(portrait(), portrait_matte(), Background("keep")) is not None
    assert np.array_equal(over(portrait(), portrait_matte(), Background("keep")), portrait())


def test_behind_the_person_lies_what_was_around_them():
    photo, matte = hair_before_a_wall()
    assert np.abs(filled_in(photo, matte) - WALL).max() <= 3
    assert np.abs(ground(photo, matte, Background("keep")) - WALL).max() <= 3
    assert np.abs(ground(photo, matte, Background("blur")) - WALL).max() <= 3


def test_ground_that_the_photo_shows_stays_as_it_is():
    corner = (slice(0, 200), slice(400, 480))  # far from the person
    assert portrait_matte()[corner].max() < 0.02
    assert np.array_equal(filled_in(portrait(), portrait_matte())[corner], portrait()[corner])


def test_the_old_ground_is_taken_out_of_the_persons_edge():
    photo, matte = hair_before_a_wall()
    edge = (matte > 0.4) & (matte < 0.9)
    assert np.abs(foreground(photo, matte)[edge] - HAIR).max() < 26
    assert np.abs(photo[edge].astype(float) - HAIR).max() > 80


def test_over_a_colour_there_is_no_halo():
    photo, matte = hair_before_a_wall()
    seen = over(photo, matte, Background("colour", SEA)).astype(float)
    meant = matte[..., None] * HAIR + (1 - matte[..., None]) * SEA
    assert np.abs(seen - meant).mean() < 3
    naive = matte[..., None] * photo + (1 - matte[..., None]) * SEA
    assert np.abs(naive - meant).mean() > np.abs(seen - meant).mean() * 2


def test_blur_keeps_the_person_sharp_and_softens_what_is_behind():
    seen = over(portrait(), portrait_matte(), Background("blur"))
    sure = portrait_matte() > 0.99
    assert np.abs(seen[sure].astype(int) - portrait()[sure]).max() <= 3
    behind = portrait_matte() < 0.01
    assert np.abs(np.diff(seen.astype(float), axis=1))[behind[:, 1:]].mean() < 0.5 * (
        np.abs(np.diff(portrait().astype(float), axis=1))[behind[:, 1:]].mean()
    )


def test_a_picture_fills_the_frame_and_is_cropped_at_its_middle():
    photo, matte = hair_before_a_wall()
    wide = np.zeros((50, 400, 3), np.uint8)
    wide[:, 190:210] = 255
    behind = ground(photo, matte, Background("picture", picture=wide))
    assert behind.shape == photo.shape
    assert behind[100, 80].min() > 200
    assert behind[100, 10].max() < 30


def test_a_picture_must_be_given():
    photo, matte = hair_before_a_wall()
    with pytest.raises(ValueError, match="needs a picture"):
        ground(photo, matte, Background("picture"))


def test_removed_is_green_or_transparent():
    photo, matte = hair_before_a_wall()
    assert tuple(over(photo, matte, Background("remove"))[0, 0]) == GREEN
    alone = cut_out(photo, matte)
    assert alone.shape == (200, 160, 4)
    assert alone[0, 0, 3] == 0
    assert alone[100, 80, 3] == 255


@settings(max_examples=20, deadline=None)
@given(
    matte=arrays(np.float32, (24, 32), elements=st.floats(0, 1, width=32)),
    photo=arrays(np.uint8, (24, 32, 3)),
)
def test_any_matte_gives_a_picture_between_person_and_ground(matte, photo):
    seen = over(photo, matte, Background("colour", SEA))
    assert seen.shape == photo.shape
    assert np.abs(seen[matte == 0] - np.array(SEA, float)).max(initial=0) == 0
    assert np.array_equal(seen[matte >= 0.995], photo[matte >= 0.995]) or (matte < 1).any()
    assert filled_in(photo, matte).dtype == np.uint8
