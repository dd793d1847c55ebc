"""A measure: a number, what it should be, and whether it is; tables of them, and the file that keeps them."""

import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from rendering.report import versions

RESULTS = Path(__file__).parent / "results.json"


@dataclass(frozen=True)
class Target:
    """What a value should be: at least `low`, at most `high`; both ends belong to it."""

    low: float | None = None
    high: float | None = None

    def met_by(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def __str__(self) -> str:
        if self.low is None:
            return f"≤ {self.high:g}"
        return f"≥ {self.low:g}" if self.high is None else f"{self.low:g} … {self.high:g}"


@dataclass(frozen=True)
class Measure:
    """One number of one subject (a portrait, a condition). `value` is None where there was nothing to measure."""

    benchmark: str
    subject: str
    name: str
    value: float | None
    unit: str = ""
    target: Target | None = None

    @property
    def passed(self) -> bool | None:
        """None where there is no target, or nothing to hold against it."""
        return None if self.target is None or self.value is None else self.target.met_by(self.value)

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        value = None if self.value is None else float(f"{self.value:.5g}")
        return {
            **asdict(self),
            "value": value,
            "target": None if self.target is None else str(self.target),
            "pass": self.passed,
        }


def print_table(measures: list[Measure], console: Console) -> None:
    """One table: a row for each name, a column for each subject."""
    subjects = list(dict.fromkeys(measure.subject for measure in measures))
    names = list(dict.fromkeys(measure.name for measure in measures))
    by_place = {(measure.name, measure.subject): measure for measure in measures}
    table = Table(title=measures[0].benchmark)
    table.add_column("measure")
    table.add_column("target", justify="right")
    for subject in subjects:
        table.add_column(subject, justify="right", overflow="fold")
    for name in names:
        row = [by_place.get((name, subject)) for subject in subjects]
        first = next(measure for measure in row if measure is not None)
        label = f"{name}, {first.unit}" if first.unit else name
        table.add_row(label, str(first.target or ""), *(_cell(measure) for measure in row))
    console.print(table)


def _cell(measure: Measure | None) -> str:
    if measure is None or measure.value is None:
        return "–"
    colour = {True: "green", False: "red", None: "default"}[measure.passed]
    return f"[{colour}]{measure.value:.3g}{' ✗' if measure.passed is False else ''}[/]"


def write_results(measures: list[Measure], path: Path = RESULTS) -> None:
    """All measures with the machine, the versions and the date that they belong to.

    Measures of benchmarks that did not run this time are kept, each with the date and revision of its own run: the
    machine and the versions at the top belong to the last run alone.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    ran = {measure.benchmark for measure in measures}
    before = json.loads(path.read_text("utf-8"))["measures"] if path.is_file() else []
    kept = [row for row in before if row["benchmark"] not in ran]
    here = machine()
    stamp = {"date": now, "revision": here["revision"]}
    rows = [*kept, *({**measure.as_dict(), **stamp} for measure in measures)]
    content = {"date": now, "machine": here, "versions": versions(), "measures": rows}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


def machine() -> dict[str, Any]:
    """The processor, its cores, the memory in GB, the system, and the code's revision."""
    information = Path("/proc/cpuinfo")
    models = (
        [line for line in information.read_text().splitlines() if line.startswith("model name")]
        if information.is_file()
        else []
    )
    return {
        "processor": models[0].split(":", 1)[1].strip() if models else platform.processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": platform.platform(),
        "load": round(os.getloadavg()[0], 2),
        "revision": _revision(),
    }


def _revision() -> str:
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty"],  # noqa: S607 -- whichever git is on the path
        cwd=RESULTS.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout.strip() or "unknown"
