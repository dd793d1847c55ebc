"""Fields on a grid: laid under pixels without a shift, spread from points, turned inside out."""

import cv2
import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rendering.engine.puppet.fields import Grid, interpolate, invert, sample
from rendering.engine.puppet.paint import enlarge

windows = st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(12, 200), st.integers(12, 200))
GRID = Grid(10, 20, 6, (20, 25))


@given(window=windows, spacing=st.floats(1, 9))
@settings(max_examples=60, deadline=None)
def test_a_grid_covers_its_window(window: tuple[int, int, int, int], spacing: float):
    x, y, w, h = window
    grid = Grid.over(window, spacing)
    rows, columns = grid.shape
    assert (grid.x, grid.y) == (x, y)
    assert max(int(spacing), 2) == grid.step
    assert columns * grid.step >= w > (columns - 1) * grid.step
    assert rows * grid.step >= h > (rows - 1) * grid.step


@given(window=windows, spacing=st.floats(1, 9))
@settings(max_examples=40, deadline=None)
def test_a_node_is_the_middle_of_its_cell(window: tuple[int, int, int, int], spacing: float):
    grid = Grid.over(window, spacing)
    nodes = grid.nodes()
    assert nodes.shape == (*grid.shape, 2)
    cell = np.arange(grid.step)
    assert tuple(nodes[0, 0]) == pytest.approx((grid.x + cell.mean(), grid.y + cell.mean()))
    assert tuple(nodes[0, 0]) == pytest.approx(grid.origin)
    assert np.allclose(np.diff(nodes[..., 0], axis=1), grid.step)
    assert np.allclose(np.diff(nodes[..., 1], axis=0), grid.step)


@given(
    window=windows,
    spacing=st.floats(1, 9),
    slope=st.tuples(*[st.floats(-0.5, 0.5)] * 4),
)
@settings(max_examples=40, deadline=None)
def test_a_linear_field_is_exact_at_every_pixel_between_nodes(
    window: tuple[int, int, int, int], spacing: float, slope: tuple[float, float, float, float]
):
    x, y, w, h = window
    grid = Grid.over(window, spacing)
    matrix = np.array(slope).reshape(2, 2)
    source = enlarge((grid.nodes() @ matrix.T).astype(np.float32), grid, window)
    pixels = np.stack(np.meshgrid(np.arange(x, x + w), np.arange(y, y + h)), axis=-1).astype(float)
    margin = grid.step  # beyond the outermost nodes there is nothing to interpolate with
    inner = np.s_[margin : h - margin, margin : w - margin]
    assert np.abs(source - pixels - pixels @ matrix.T)[inner].max(initial=0) < 2e-3


def test_enlarging_a_part_of_a_grid_gives_the_same_pixels():
    shift = np.random.default_rng(0).normal(size=(*GRID.shape, 2)).astype(np.float32)
    whole = enlarge(shift, GRID, (10, 20, 150, 120))
    window = (40, 60, 70, 31)
    rows, columns, part = GRID.part((30, 50, 90, 55))
    piece = enlarge(np.ascontiguousarray(shift[rows, columns]), part, window)
    assert np.allclose(piece, whole[40:71, 30:100], atol=1e-4)


@given(window=windows, inner=st.tuples(*[st.floats(0, 1)] * 4))
@settings(max_examples=60, deadline=None)
def test_a_part_covers_its_window_with_the_same_cells(
    window: tuple[int, int, int, int], inner: tuple[float, float, float, float]
):
    x, y, w, h = window
    grid = Grid.over(window, 5)
    left, top = x + int(inner[0] * (w - 2)), y + int(inner[1] * (h - 2))
    wide, high = 1 + int(inner[2] * (x + w - left - 1)), 1 + int(inner[3] * (y + h - top - 1))
    rows, columns, part = grid.part((left, top, wide, high))
    assert np.array_equal(part.nodes(), grid.nodes()[rows, columns])
    assert part.x <= left
    assert part.y <= top
    assert part.x + part.shape[1] * part.step >= left + wide
    assert part.y + part.shape[0] * part.step >= top + high


def test_a_spline_passes_through_its_points_and_keeps_planes():
    sites = np.random.default_rng(1).uniform((10, 20), (160, 140), (30, 2))
    field = interpolate(sites, sites @ [[2.0], [-1.0]] + 7, GRID)
    assert field.shape == (*GRID.shape, 1)
    assert field.dtype == np.float32
    assert np.allclose(field[..., 0], GRID.nodes() @ [2.0, -1.0] + 7, atol=1e-2)
    at_nodes = GRID.nodes().reshape(-1, 2)[::37]
    values = np.random.default_rng(2).normal(size=(len(at_nodes), 2))
    through = interpolate(at_nodes, values, GRID).reshape(-1, 2)[::37]
    assert np.allclose(through, values, atol=1e-4)


def test_sampling_is_linear_between_nodes_and_holds_the_border():
    field = torch.from_numpy(GRID.nodes()).permute(2, 0, 1)[None]
    points = torch.tensor([[40.3, 77.0, -50.0, 900.0], [61.7, 33.5, 50.0, 900.0]])[None, :, None]
    found = sample(field, points, GRID)[0, :, 0].T.numpy()
    (left, top), (right, bottom) = GRID.nodes()[0, 0], GRID.nodes()[-1, -1]
    assert np.allclose(found, [(40.3, 61.7), (77.0, 33.5), (left, 50.0), (right, bottom)], atol=1e-3)
    assert left < right
    assert top < bottom


def smooth_field(seed: int, *, px: float, spread: float) -> torch.Tensor:
    """A random field (1, 2, rows, columns) of up to `px` px, smooth over `spread` nodes, still at the border."""
    raw = np.random.default_rng(seed).normal(size=(*GRID.shape, 2)).astype(np.float32)
    soft = cv2.GaussianBlur(raw, (0, 0), spread)
    edge = np.minimum.outer(np.sin(np.linspace(0, np.pi, GRID.shape[0])), np.sin(np.linspace(0, np.pi, GRID.shape[1])))
    soft *= edge.astype(np.float32)[..., None]
    return torch.from_numpy(soft / np.abs(soft).max() * px).permute(2, 0, 1)[None]


@given(seed=st.integers(0, 10_000), px=st.floats(0, 8))
@example(seed=3205, px=8.0)
@settings(max_examples=40, deadline=None)
def test_what_a_field_moves_its_inverse_brings_back(seed: int, px: float):
    shift = smooth_field(seed, px=px, spread=3.5)
    nodes = torch.from_numpy(GRID.nodes()).permute(2, 0, 1)[None]
    source = invert(shift, GRID)
    arrived = source + sample(shift, source, GRID)
    assert float((arrived - nodes).abs().max()) < 0.1


def test_two_rounds_are_enough_outside_of_the_part_that_stretches():
    """A field that turns the whole, and stretches in its middle only."""
    nodes = torch.from_numpy(GRID.nodes()).permute(2, 0, 1)[None]
    middle = nodes.mean(dim=(2, 3), keepdim=True)
    turn = 0.03 * torch.stack([-(nodes - middle)[:, 1], (nodes - middle)[:, 0]], dim=1)
    rows, columns = GRID.shape
    part = slice(rows // 4, 3 * rows // 4), slice(columns // 4, 3 * columns // 4)
    inside = torch.zeros((1, 1, *GRID.shape))
    inside[:, :, *part] = 1
    shift = turn + smooth_field(7, px=6.0, spread=3.0) * inside
    source = invert(shift, GRID, part=part)
    off = (source + sample(shift, source, GRID) - nodes).abs()
    inner = off[:, :, rows // 4 + 2 : 3 * rows // 4 - 2, columns // 4 + 2 : 3 * columns // 4 - 2]
    assert float(off[:, :, 8:-8, 8:-8].median()) < 0.02
    assert float(inner.max()) < 0.5


def test_the_inverse_of_a_shift_is_the_shift_back():
    shift = torch.full((2, 2, *GRID.shape), 3.0)
    shift[1] *= -1
    nodes = torch.from_numpy(GRID.nodes()).permute(2, 0, 1)
    source = invert(shift, GRID)
    assert torch.allclose(source[0], nodes - 3, atol=1e-3)
    assert torch.allclose(source[1], nodes + 3, atol=1e-3)


def test_a_field_that_does_nothing_is_its_own_inverse():
    still = torch.zeros((1, 2, *GRID.shape))
    assert torch.equal(invert(still, GRID)[0], torch.from_numpy(GRID.nodes()).permute(2, 0, 1))
