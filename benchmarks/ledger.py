"""The ledger of credits under 16 writers at once: processes of their own, on SQLite and on PostgreSQL.

Each writer holds, charges and releases for renders of its own, and for renders that all writers share, as a doubled
message would. What is left afterwards has to be exactly what was granted less what was charged, each render once.
"""

import json
import os
import random
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg

from benchmarks.measure import Measure, Target

WRITERS = 16
ROUNDS, QUICK_ROUNDS = 40, 8
GRANTED = 1_500
"""Seconds: too few for all that is asked for, so that refusals are part of it."""
SHARED_HELD, SHARED_CHARGED = 12, 9
POSTGRES = os.environ.get("LIKENESS_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432")

_NOTHING = Target(0, 0)


def run(folder: Path, *, quick: bool) -> list[Measure]:
    """Measures of each database that is here."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    found = _measure("SQLite", f"sqlite:///{folder / 'ledger.sqlite3'}", rounds)
    with _postgres() as address:
        if address:
            found += _measure("PostgreSQL", address, rounds)
    return found


def _measure(subject: str, database: str, rounds: int) -> list[Measure]:
    _python(database, "manage.py", "migrate", "--verbosity=0", "--skip-checks")
    organization = json.loads(_python(database, "-m", "benchmarks.ledger", "begin"))["organization"]
    writers = [_start(database, "write", organization, str(number), str(rounds)) for number in range(WRITERS)]
    for writer in writers:
        _line(writer)  # it is ready
    began = perf_counter()
    for writer in writers:
        _say(writer, "go")
    told = [json.loads(_line(writer)) for writer in writers]
    took = perf_counter() - began
    for writer in writers:
        writer.wait(60)
    end = json.loads(_python(database, "-m", "benchmarks.ledger", "end", organization))
    shared = len({name for one in told for name in one["shared"]})
    exact = GRANTED - sum(one["charged"] for one in told) - shared * SHARED_CHARGED
    waits = sorted(wait for one in told for wait in one["waits"])

    def measure(name: str, value: float, unit: str = "", target: Target | None = None) -> Measure:
        return Measure("ledger", f"{subject}, {WRITERS} processes", name, value, unit, target)

    return [
        measure("balance less the exact sum", end["available"] - exact, "s", _NOTHING),
        measure("entries after which a balance was below zero", end["faults"], "", _NOTHING),
        measure("renders charged twice", end["twice"], "", _NOTHING),
        measure("renders still held", end["held"], "", _NOTHING),
        measure("movements", len(waits)),
        measure("refused for want of seconds", sum(one["refused"] for one in told)),
        measure("waited 20 s for the lock in vain, and tried again", sum(one["locked out"] for one in told)),
        measure("movements a second", len(waits) / took, "1/s"),
        measure("median wait for a movement", waits[len(waits) // 2] * 1000, "ms"),
        measure("95 % of the movements wait at most", waits[int(len(waits) * 0.95)] * 1000, "ms"),
    ]


@contextmanager
def _postgres() -> Iterator[str]:
    """The address of a fresh database; "" where no server answers."""
    try:
        server = psycopg.connect(f"{POSTGRES}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        yield ""
        return
    name = f"likeness_bench_{secrets.token_hex(6)}"
    with server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{POSTGRES}/{name}"
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _python(database: str, *arguments: str) -> str:
    done = _start_python(database, *arguments)
    said, complaint = done.communicate(timeout=300)
    if done.returncode:
        raise RuntimeError(complaint)
    return said.strip().splitlines()[-1] if said.strip() else ""


def _start(database: str, *arguments: str) -> "subprocess.Popen[str]":
    return _start_python(database, "-m", "benchmarks.ledger", *arguments)


def _start_python(database: str, *arguments: str) -> "subprocess.Popen[str]":
    pipe = subprocess.PIPE
    environment = {**os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "config.settings"}
    root = Path(__file__).resolve().parents[1]
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=root, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True
    )


def _line(writer: "subprocess.Popen[str]") -> str:
    """The next line that a writer says; what it complained of where it says none."""
    line = writer.stdout.readline() if writer.stdout else ""
    if not line:
        raise RuntimeError(writer.stderr.read() if writer.stderr else "a writer ended")
    return line


def _say(writer: "subprocess.Popen[str]", word: str) -> None:
    if writer.stdin:
        writer.stdin.write(f"{word}\n")
        writer.stdin.flush()


# ------------------------------------------------------------------ in a process of its own
def _begin() -> dict[str, Any]:
    from accounts.models import Organization  # noqa: PLC0415  Django is set up by now
    from accounts.services import credits_grant  # noqa: PLC0415

    organization = Organization.objects.create(name="Ledger", kind="brand")
    credits_grant(organization=organization, seconds=GRANTED, reason="measure")
    return {"organization": organization.pk}


def _write(organization_id: str, number: int, rounds: int) -> dict[str, Any]:
    from django.db import OperationalError  # noqa: PLC0415

    from accounts.models import Organization  # noqa: PLC0415
    from accounts.services import (  # noqa: PLC0415
        NotEnoughCredits,
        credits_charge,
        credits_hold,
        credits_release,
    )

    organization = Organization.objects.get(pk=organization_id)
    chance = random.Random(number)
    waits: list[float] = []
    told: dict[str, Any] = {"charged": 0, "refused": 0, "locked out": 0, "shared": [], "waits": waits}

    def timed(movement: Any, **values: Any) -> Any:
        began = perf_counter()
        try:
            while True:
                try:
                    return movement(organization=organization, **values)
                except OperationalError:
                    # Waited in vain for SQLite's one lock: nothing was written, and it is asked again, as a worker
                    # does.
                    told["locked out"] += 1
        finally:
            waits.append(perf_counter() - began)

    print("ready", flush=True)
    sys.stdin.readline()
    for count in range(rounds):
        shared, own = f"rnd_s{count}", f"rnd_{number}_{count}"
        try:
            timed(credits_hold, render_id=shared, seconds=SHARED_HELD)
            timed(credits_charge, render_id=shared, seconds=SHARED_CHARGED)
            told["shared"].append(shared)
            timed(credits_hold, render_id=own, seconds=chance.randint(1, 20))
            if chance.random() < 0.5:
                timed(credits_release, render_id=own)
            else:
                told["charged"] += timed(credits_charge, render_id=own, seconds=chance.randint(1, 25)).seconds
        except NotEnoughCredits:
            told["refused"] += 1
    return told


def _end(organization_id: str) -> dict[str, Any]:
    from collections import Counter  # noqa: PLC0415

    from accounts.billing.operating import ledger_faults  # noqa: PLC0415
    from accounts.models import CreditEntry, CreditKind, Organization  # noqa: PLC0415
    from accounts.selectors import credits_available  # noqa: PLC0415

    organization = Organization.objects.get(pk=organization_id)
    kinds = dict.fromkeys(CreditKind.values, 0) | Counter(CreditEntry.objects.values_list("kind", flat=True))
    settled = Counter(CreditEntry.objects.filter(kind__in=("charge", "release")).values_list("render_id", flat=True))
    return {
        "available": credits_available(organization),
        "faults": len(ledger_faults()),
        "twice": sum(count > 1 for count in settled.values()),
        "held": kinds["hold"] - kinds["charge"] - kinds["release"],
    }


def main() -> None:
    """A part of the measure, in a process of its own; prints a line of JSON."""
    import django  # noqa: PLC0415

    django.setup()
    from accounts.scopes import across_tenants  # noqa: PLC0415

    act, *values = sys.argv[1:]
    with across_tenants("a measure in a database of its own"):
        if act == "begin":
            told = _begin()
        elif act == "write":
            told = _write(values[0], int(values[1]), int(values[2]))
        else:
            told = _end(values[0])
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
