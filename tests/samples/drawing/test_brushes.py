"""The painter's tools."""

import numpy as np
import pytest

from samples.drawing.brushes import HairPen, Sheet, brush_outline, cast_shadow, facing, inflate, lay, ramp, spline


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    return Sheet(1)


def ellipse(rx: float, ry: float) -> np.ndarray:
    turn = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    return np.stack([480 + rx * np.cos(turn), 600 + ry * np.sin(turn)], 1)


def test_fill_covers_as_much_as_the_polygon(sheet):
    cover = sheet.fill([(100, 100), (300, 100), (300, 150), (100, 150)])

    assert cover.sum() == pytest.approx(200 * 50, rel=0.05)
    assert cover[125, 200] == 1
    assert cover[90, 200] == 0


def test_wide_blur_keeps_the_amount_of_paint(sheet):
    spot = sheet.fill([(400, 500), (500, 500), (500, 600), (400, 600)])

    assert sheet.blur(spot, 30).sum() == pytest.approx(spot.sum(), rel=0.01)


def test_spline_passes_through_its_points_at_an_even_pace():
    points = [(0, 0), (40, 80), (120, 60), (200, 100)]
    path = spline(points, count=400)
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)

    for point in points:
        assert np.linalg.norm(path - point, axis=1).min() < 1
    assert steps.max() / steps.min() < 1.1


def test_closed_spline_ends_where_it_began():
    path = spline([(0, 0), (100, 0), (100, 100), (0, 100)], closed=True)

    assert path[0] == pytest.approx(path[-1], abs=1e-3)


def test_brush_is_as_wide_as_asked():
    outline = brush_outline(np.stack([np.linspace(0, 100, 50), np.zeros(50)], 1), (4, 10, 4))
    upper, lower = outline[:50], outline[50:][::-1]

    assert np.abs(upper[:, 1] - lower[:, 1]).max() == pytest.approx(10, abs=0.1)
    assert abs(upper[0, 1] - lower[0, 1]) == pytest.approx(4)


def test_inflated_ellipse_is_an_ellipsoid(sheet):
    relief = inflate(sheet, ellipse(200, 300), depth=100.0)

    assert relief[600, 480] == pytest.approx(100, rel=0.02)
    assert relief[600, 480 + 160] == pytest.approx(60, rel=0.05)  # 100 · √(1 − 0.8²)
    assert relief[600 + 180, 480] == pytest.approx(80, rel=0.05)
    assert relief[100, 100] == 0


@pytest.mark.parametrize("order", [1, -1])
def test_spread_widens_whichever_way_the_outline_runs(sheet, order):
    relief = inflate(sheet, ellipse(200, 300)[::order], depth=100.0, spread=20.0)

    assert relief[600, 480 + 208] > 10


def test_normals_point_away_from_the_slope(sheet):
    normal = facing(sheet, (0.5 * sheet.x).astype(np.float32))

    assert normal[600, 480] == pytest.approx(np.array([-0.5, 0, 1]) / np.hypot(0.5, 1), abs=1e-4)


def test_shadow_falls_away_from_the_light(sheet):
    pillar = 60 * sheet.fill([(460, 580), (500, 580), (500, 620), (460, 620)])
    shade = cast_shadow(sheet, pillar, np.float32([-0.7, 0, 0.7]), reach=50, soft=2)

    assert shade[600, 520] > 0.5
    assert shade[600, 440] < 0.05


def test_ramp_meets_its_colours():
    colours = ramp(np.float32([0, 0.5, 1]), ((0, 0, 0, 0), (1, 1, 0.5, 0.2)))

    assert colours == pytest.approx(np.array([[0, 0, 0], [0.5, 0.25, 0.1], [1, 0.5, 0.2]]))


def test_lay_mixes_by_cover():
    under = np.zeros((1, 2, 3), np.float32)

    assert lay(under, (1, 0.5, 0), np.float32([[0, 0.5]])) == pytest.approx(np.array([[[0, 0, 0], [0.5, 0.25, 0]]]))


def test_hair_pen_draws_along_the_hair_and_nowhere_else(sheet):
    layer = np.ones((1200, 960, 3), np.float32)
    drawn = HairPen(sheet, (0, 0, 0), width=3.0, strength=1.0)(layer, [([(100, 100), (150, 100), (200, 100)], 1.0)])

    assert drawn[100, 110].max() < 0.2
    assert drawn[110, 110].min() == 1


def test_grain_is_the_same_for_the_same_seed(sheet):
    first, second = (sheet.grain(np.random.default_rng(3), 20) for _ in range(2))

    assert np.array_equal(first, second)
    assert first.std() == pytest.approx(1, abs=1e-3)
