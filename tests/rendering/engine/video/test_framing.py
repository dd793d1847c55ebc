import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rendering.engine.errors import PhotoError
from rendering.engine.video.framing import LARGEST, Framing, apply_framing, frame_photo

SHAPES = tuple(LARGEST)


@st.composite
def photos(draw: st.DrawFn) -> tuple[tuple[int, int], tuple[float, float, float, float]]:
    """A photo's size and a face box inside it, from a speck to the whole."""
    width, height = draw(st.integers(120, 3000)), draw(st.integers(120, 3000))
    face_height = draw(st.floats(0.05, 1.0)) * min(height, width / 0.8)
    face_width = 0.8 * face_height
    x, y = draw(st.floats(0, 1)) * (width - face_width), draw(st.floats(0, 1)) * (height - face_height)
    return (width, height), (x, y, face_width, face_height)


def _framing(photo: tuple[tuple[int, int], tuple[float, float, float, float]], aspect: str) -> Framing:
    try:
        return frame_photo(*photo, aspect)
    except PhotoError:
        assume(False)
        raise


@given(photo=photos(), aspect=st.sampled_from(("photo", *SHAPES)))
def test_a_frame_is_even_inside_the_photo_and_not_stretched(photo, aspect: str):
    framing = _framing(photo, aspect)
    x, y, width, height = framing.crop
    assert framing.size[0] % 2 == 0
    assert framing.size[1] % 2 == 0
    assert x >= 0
    assert y >= 0
    assert x + width <= photo[0][0] + 1e-6
    assert y + height <= photo[0][1] + 1e-6
    assert framing.size[0] / width == pytest.approx(framing.size[1] / height, rel=1e-9)


@given(photo=photos(), aspect=st.sampled_from(("photo", *SHAPES)))
def test_nothing_is_enlarged_but_a_tiny_piece_up_to_480_px(photo, aspect: str):
    framing = _framing(photo, aspect)
    assert framing.scale <= 1 + 1e-9 or max(framing.size) <= 480


@given(photo=photos(), aspect=st.sampled_from(SHAPES))
def test_the_shape_is_the_one_asked_for_to_the_pixel(photo, aspect: str):
    framing = _framing(photo, aspect)
    wide, high = LARGEST[aspect]
    assert abs(framing.size[0] - framing.size[1] * wide / high) <= 2 * max(1, wide / high)
    assert framing.size[0] <= wide
    assert framing.size[1] <= high


@given(photo=photos(), aspect=st.sampled_from(SHAPES))
def test_the_face_is_never_cut(photo, aspect: str):
    framing = _framing(photo, aspect)
    x, y, width, height = photo[1]
    # a pixel or so is lost where the piece is trimmed to even sizes
    slack = 2 / framing.scale + 1e-6
    assert framing.crop[0] <= x + slack
    assert framing.crop[1] <= y + slack
    assert framing.crop[0] + framing.crop[2] >= x + width - slack
    assert framing.crop[1] + framing.crop[3] >= y + height - slack


def test_the_whole_photo_is_shown_in_its_own_shape_up_to_1080_px():
    framing = frame_photo((3000, 4000), (1200, 1000, 600, 800), "photo")
    assert framing.size == (810, 1080)
    assert framing.crop == pytest.approx((0, 0, 3000, 4000))


def test_a_small_photo_keeps_its_pixels():
    framing = frame_photo((601, 800), (200, 200, 200, 250), "photo")
    assert framing == Framing(crop=(0.0, 0.0, 600.0, 800.0), size=(600, 800))


def test_a_tiny_photo_is_enlarged_to_480():
    assert frame_photo((200, 300), (50, 80, 80, 100), "photo").size == (320, 480)


@pytest.mark.parametrize(("aspect", "size"), [("9:16", (720, 1280)), ("1:1", (1080, 1080)), ("16:9", (1280, 720))])
def test_a_large_photo_gives_hd_frames(aspect: str, size: tuple[int, int]):
    assert frame_photo((4000, 4000), (1700, 1500, 600, 750), aspect).size == size


def test_upright_from_a_wide_photo_centres_on_the_face():
    framing = frame_photo((2000, 1125), (1300, 300, 240, 300), "9:16")
    assert framing.crop[0] + framing.crop[2] / 2 == pytest.approx(1420, abs=2)


def test_eyes_are_near_the_upper_third_where_there_is_room():
    face = (500.0, 700.0, 280.0, 350.0)
    framing = frame_photo((1200, 2000), face, "1:1")
    eyes = framing.to_frame(np.array([[640.0, face[1] + 0.35 * face[3]]]))[0, 1]
    assert 0.3 < eyes / framing.size[1] < 0.4


def test_hair_above_the_face_stays_in_the_frame_where_the_shape_allows():
    face = (400.0, 300.0, 240.0, 300.0)
    framing = frame_photo((1000, 1400), face, "16:9")
    assert framing.crop[1] <= face[1] - 0.5 * face[3]


def test_a_small_face_is_drawn_nearer_but_not_below_what_pixels_allow():
    framing = frame_photo((2400, 3600), (1150, 700, 120, 150), "9:16")
    assert framing.crop[3] < 3600 * 0.61
    assert framing.scale <= 1


def test_a_face_that_the_shape_would_cut_is_refused_with_advice():
    with pytest.raises(PhotoError) as refused:
        frame_photo((600, 1200), (80, 200, 440, 600), "16:9")
    assert refused.value.code == "frame-too-tight"
    assert "16:9" in refused.value.message
    assert "shape" in refused.value.advice


def test_an_unknown_shape_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="4:3"):
        frame_photo((600, 600), (100, 100, 200, 200), "4:3")


def test_points_move_with_the_photo():
    framing = Framing(crop=(100.0, 50.0, 400.0, 200.0), size=(200, 100))
    assert framing.to_frame(np.array([[300.0, 150.0, 8.0]])).tolist() == [[100.0, 50.0, 4.0]]


def test_pixels_move_with_the_points():
    photo = np.zeros((400, 600, 3), np.uint8)
    photo[150:170, 300:320] = 255
    framing = Framing(crop=(100.0, 50.0, 400.0, 200.0), size=(200, 100))
    rows, columns = np.nonzero(apply_framing(photo, framing)[..., 0] > 128)
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == (100, 109, 50, 59)


def test_at_scale_one_the_pixels_are_the_photos_own():
    photo = np.random.default_rng(1).integers(0, 255, (801, 601, 3)).astype(np.uint8)
    framing = frame_photo((601, 801), (200, 200, 200, 250), "photo")
    assert np.array_equal(apply_framing(photo, framing), photo[:800, :600])
