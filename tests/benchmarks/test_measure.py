"""Targets, and the file that keeps the numbers."""

import json

import pytest
from rich.console import Console

from benchmarks.measure import Measure, Target, print_table, write_results


@pytest.mark.parametrize(
    ("target", "value", "passed"),
    [
        (Target(low=0.95), 0.95, True),
        (Target(low=0.95), 0.949, False),
        (Target(high=1.5), 1.5, True),
        (Target(high=1.5), 1.51, False),
        (Target(-1, 1), -1.01, False),
        (Target(-1, 1), 0.0, True),
    ],
)
def test_a_target_holds_its_ends(target, value, passed):
    assert Measure("speed", "sample", "x", value, target=target).passed is passed


@pytest.mark.parametrize(("value", "target"), [(None, Target(low=1)), (3.0, None)])
def test_without_value_or_target_nothing_is_passed_or_missed(value, target):
    assert Measure("speed", "sample", "x", value, target=target).passed is None


@pytest.mark.parametrize(
    ("target", "words"), [(Target(low=2), "≥ 2"), (Target(high=0.3), "≤ 0.3"), (Target(-1, 1), "-1 … 1")]
)
def test_a_target_says_what_it_wants(target, words):
    assert str(target) == words


def test_results_carry_value_target_and_verdict(tmp_path):
    write_results([Measure("speed", "sample", "draw", 1.23456789, "s", Target(high=1))], tmp_path / "r.json")
    (row,) = json.loads((tmp_path / "r.json").read_text())["measures"]
    assert (row["value"], row["target"], row["pass"], row["unit"]) == (1.2346, "≤ 1", False, "s")


def test_a_benchmark_that_did_not_run_keeps_its_numbers(tmp_path):
    path = tmp_path / "r.json"
    write_results([Measure("speed", "sample", "draw", 1.0), Measure("listen", "room", "right", 0.8)], path)
    write_results([Measure("speed", "sample", "draw", 2.0)], path)
    rows = {row["benchmark"]: row["value"] for row in json.loads(path.read_text())["measures"]}
    assert rows == {"listen": 0.8, "speed": 2.0}


def test_results_name_machine_and_versions(tmp_path):
    write_results([Measure("speed", "sample", "draw", 1.0)], tmp_path / "r.json")
    told = json.loads((tmp_path / "r.json").read_text())
    assert told["machine"]["cores"] >= 1
    assert "numpy" in told["versions"]


def test_the_table_marks_what_is_missed():
    console = Console(record=True, width=120)
    measures = [
        Measure("speed", "a", "draw", 3.0, "s", Target(high=2)),
        Measure("speed", "b", "draw", 1.0, "s", Target(high=2)),
        Measure("speed", "b", "sing", None),
    ]
    print_table(measures, console)
    row = next(line for line in console.export_text().splitlines() if "draw" in line)
    assert row.count("✗") == 1
    assert "≤ 2" in row
