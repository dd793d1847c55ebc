import numpy as np
import pytest

from benchmarks import restoration, sheets
from benchmarks.spoiling import CONDITIONS, scratched
from benchmarks.subjects import SAMPLE
from tests.rendering.engine.faces.portraits import portrait


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_condition_gives_the_same_picture_each_time(condition):
    spoilt = CONDITIONS[condition](portrait())
    assert spoilt.dtype == np.uint8
    assert np.array_equal(spoilt, CONDITIONS[condition](portrait()))
    assert condition == "whole" or spoilt.shape != portrait().shape or not np.array_equal(spoilt, portrait())


def test_scratches_are_where_they_are_said_to_be():
    spoilt, marks = scratched(portrait())
    changed = np.abs(spoilt.astype(int) - portrait()).max(axis=2) > 60
    assert 0.002 < marks.mean() < 0.05
    assert changed[marks].mean() > 0.5
    assert changed[~marks].mean() < 0.01


def test_a_quick_run_measures_and_draws_its_sheets(tmp_path, monkeypatch):
    monkeypatch.setattr(restoration, "SHEETS", tmp_path)
    monkeypatch.setattr(restoration, "_QUICK", ("fade",))
    monkeypatch.setattr(restoration, "_RUNS", 1)
    measures, sheet = restoration.run(SAMPLE, "sample", quick=True)
    found = {measure.name: measure for measure in measures}
    assert found["fade: PSNR, repaired"].value > found["fade: PSNR, spoilt"].value + 12
    assert found["fade: face found, repaired"].passed
    assert found["taken for scratches"].passed
    assert sheet.parent == tmp_path != sheets.SHEETS
    assert {path.name for path in tmp_path.iterdir()} == {"sample-repair.png", "sample-backgrounds.png"}
