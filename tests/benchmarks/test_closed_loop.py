"""Which frames of a clip must be closed, and what was seen in them."""

import numpy as np
import pytest

from benchmarks.closed_loop import Drawn, lip_closures, pauses_kept
from benchmarks.watching import edge, outside

from .factories import clip, subject


def test_a_closure_is_its_smallest_gap():
    gap = np.full(25, 0.2)
    gap[10] = 0.01
    assert lip_closures(clip(("a", 0.36), ("m", 0.08), ("a", 0.56)), gap) == pytest.approx([0.01])


def test_a_closure_that_comes_late_is_not_seen():
    gap = np.full(25, 0.2)
    gap[16] = 0.01
    assert lip_closures(clip(("a", 0.36), ("m", 0.08), ("a", 0.56)), gap) == pytest.approx([0.2])


def test_only_lips_close():
    assert len(lip_closures(clip(("p", 0.2), ("f", 0.2), ("b", 0.2), ("n", 0.2), ("m", 0.2)), np.zeros(25))) == 3


def test_a_pause_counts_where_the_lips_have_arrived():
    (first, middle, last) = pauses_kept(
        clip(("sil", 0.4), ("a", 0.6), ("sil", 1.0), ("a", 0.6), ("sil", 0.4)), np.zeros(75)
    )
    assert (first.start, last.stop) == (0, 75)
    assert middle.start / 25 == pytest.approx(1.16)
    assert (middle.stop - 1) / 25 == pytest.approx(1.84)


def test_a_short_pause_may_stay_open():
    assert pauses_kept(clip(("a", 0.5), ("sil", 0.34), ("a", 0.5)), np.zeros(34)) == []


def test_a_ground_that_stays_has_not_changed():
    somebody = subject()
    drawn = Drawn(somebody.photo, outside(somebody.matte, 4.0), edge(somebody.matte.shape))
    drawn.look(np.stack([somebody.photo] * 3))
    assert (drawn.ground_change, drawn.border_most) == (0.0, 0.0)


def test_a_ground_that_brightens_is_told_by_its_mean():
    somebody = subject()
    drawn = Drawn(somebody.photo, outside(somebody.matte, 4.0), edge(somebody.matte.shape))
    drawn.look(np.stack([somebody.photo, somebody.photo + 4]))
    assert (drawn.ground_change, drawn.border_most) == (2.0, 4.0)


def test_a_person_who_fills_the_frame_leaves_no_ground():
    somebody = subject()
    everywhere = np.ones_like(somebody.matte)
    drawn = Drawn(somebody.photo, outside(everywhere, 4.0), edge(everywhere.shape))
    drawn.look(somebody.photo[None])
    assert drawn.ground_change is None


def test_ground_lies_off_person_and_label():
    somebody = subject()
    rows, columns = outside(somebody.matte, 4.0)
    assert len(rows) > 500
    assert (somebody.matte[rows, columns] == 0).all()
    assert not ((rows < 5) & (columns >= 48)).any()


def test_edge_is_two_pixels_wide():
    rows, _ = edge((64, 96))
    assert len(rows) == 64 * 96 - 60 * 92
