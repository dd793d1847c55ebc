"""`python -m benchmarks`: measures the engine, prints tables, writes benchmarks/results.json and contact sheets."""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from benchmarks import broken_files, closed_loop, hearing, ledger, restoration, sheets, speaking, speed, wording
from benchmarks.measure import Measure, print_table, write_results
from benchmarks.subjects import SHORT_WORDS, WORDS, portraits, read_subject, subject_name
from rendering.engine.errors import PhotoError

BENCHMARKS = ("closed_loop", "speed", "memory", "speech", "words", "listen", "restoration", "ledger", "fuzz")


def main() -> int:
    """0 when every target is met, 1 when one is missed."""
    arguments = _arguments()
    console = Console(width=None if sys.stdout.isatty() else 200)
    chosen = arguments.only or BENCHMARKS
    found: list[Measure] = []
    with tempfile.TemporaryDirectory(prefix="benchmark-") as scratch:
        folder = Path(scratch)
        for name in chosen:
            console.rule(name)
            measures = _run(name, arguments, folder, console)
            print_table(measures, console)
            found += measures
    write_results(found)
    missed = [measure for measure in found if measure.passed is False]
    console.print(f"{len(found)} measures, {len(missed)} targets missed")
    return 1 if missed else 0


def _run(name: str, arguments: argparse.Namespace, folder: Path, console: Console) -> list[Measure]:
    quick = arguments.quick
    runs: dict[str, Callable[[], list[Measure]]] = {
        "closed_loop": lambda: _closed_loop(arguments, folder, console),
        "speed": lambda: speed.run(read_subject(portraits(None)[0]), folder, quick=quick),
        "memory": lambda: speed.memory(quick=quick),
        "speech": lambda: speaking.run(quick=quick),
        "words": lambda: wording.run(quick=quick),
        "listen": lambda: hearing.run(quick=quick),
        "restoration": lambda: _restoration(arguments, console),
        "ledger": lambda: ledger.run(folder, quick=quick),
        "fuzz": lambda: broken_files.run(quick=quick),
    }
    return runs[name]()


def _closed_loop(arguments: argparse.Namespace, folder: Path, console: Console) -> list[Measure]:
    subjects = []
    for path in portraits(arguments.portraits):
        try:
            subjects.append(read_subject(path))
        except PhotoError as error:
            console.print(f"{path.name}: {error.message} {error.advice}")
    words = SHORT_WORDS if arguments.quick else WORDS
    found: list[Measure] = []
    for subject in subjects:
        measures, watched = closed_loop.run(subject, folder, words=words, others=subjects)
        for sheet in sheets.write_sheets(watched):
            console.print(f"sheet {sheet}")
        watched.clip.path.unlink()
        found += measures
    return found


def _restoration(arguments: argparse.Namespace, console: Console) -> list[Measure]:
    found: list[Measure] = []
    for path in portraits(arguments.portraits):
        try:
            measures, sheet = restoration.run(path, subject_name(path), quick=arguments.quick)
        except PhotoError as error:
            console.print(f"{path.name}: {error.message} {error.advice}")
            continue
        console.print(f"sheet {sheet}")
        restoration.print_conditions(measures, console)
        found += measures
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--portraits", type=Path, metavar="FOLDER", help="also play every picture in this folder")
    parser.add_argument("--only", action="append", choices=BENCHMARKS, help="run only this one; may be repeated")
    parser.add_argument("--quick", action="store_true", help="short clips and few sentences")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
