"""A scene's frames in a frame that another scene has set."""

import numpy as np
import pytest

from rendering.engine.video.framing import fit_photo
from rendering.engine.video.mounting import Mount, faded


def picture(width: int, height: int) -> np.ndarray:
    """Horizontal and vertical ramps: any stretching shows."""
    across = np.linspace(0, 255, width)[None].repeat(height, 0)
    down = np.linspace(0, 255, height)[:, None].repeat(width, 1)
    return np.stack([across, down, np.full((height, width), 128.0)], axis=-1).astype(np.uint8)


def test_frames_of_the_clips_size_pass_as_they_are():
    chunk = picture(64, 80)[None]
    assert Mount(chunk[0], (64, 80)).mounted(chunk) is chunk


def test_smaller_frames_of_the_same_shape_are_enlarged_to_all_of_it():
    mount = Mount(picture(64, 80), (128, 160))
    frames = mount.mounted(picture(64, 80)[None])
    assert mount.box == (0, 0, 128, 160)
    assert np.abs(frames[0].astype(int) - picture(128, 160)).mean() < 3


@pytest.mark.parametrize(("photo", "size"), [((60, 100), (160, 90)), ((160, 90), (90, 160)), ((100, 100), (160, 90))])
def test_another_shape_is_seen_whole_in_the_middle_without_being_stretched(photo, size):
    mount = Mount(picture(*photo), size)
    x, y, width, height = mount.box
    assert width / height == pytest.approx(photo[0] / photo[1], rel=0.03)
    assert abs(2 * x + width - size[0]) <= 1
    assert abs(2 * y + height - size[1]) <= 1
    inside = mount.still[y : y + height, x : x + width]
    assert np.abs(inside.astype(int) - picture(width, height)).mean() < 4
    # beside it a calm ground of its own: dimmer, and without edges
    ground = mount.ground.astype(int)
    assert ground.mean() < picture(*photo).mean()
    assert np.abs(np.diff(ground, axis=0)).max() < 12


def test_a_box_of_the_scene_is_told_in_the_clips_pixels():
    mount = Mount(picture(60, 100), (160, 100))
    assert mount.to_frame((30, 50, 10, 20)) == pytest.approx((80, 50, 10, 20))


def test_a_fade_passes_over_evenly_and_no_frame_is_all_of_one():
    black, white = np.zeros((3, 2, 2, 3), np.uint8), np.full((3, 2, 2, 3), 200, np.uint8)
    assert [frame[0, 0, 0] for frame in faded(black, white, first=0, of=3)] == [50, 100, 150]


class TestFitting:
    def test_the_head_stays_whole_in_the_shape_of_the_frame(self):
        framing = fit_photo((1200, 1600), (450.0, 300.0, 300.0, 400.0), (864, 1080))
        assert framing.size[0] / framing.size[1] == pytest.approx(0.8, rel=0.01)
        x, y, width, height = framing.crop
        assert x <= 450
        assert y <= 300
        assert x + width >= 750
        assert y + height >= 700
        assert framing.size[0] <= 864
        assert framing.size[1] <= 1080

    def test_where_no_such_piece_holds_the_face_the_whole_photo_is_shown(self):
        framing = fit_photo((600, 900), (30.0, 50.0, 540.0, 780.0), (1280, 720))
        assert framing.crop == pytest.approx((0, 0, 600, 900), abs=1)
        assert framing.size[1] <= 720
