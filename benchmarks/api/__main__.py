"""`python -m benchmarks.api`: fills PostgreSQL with a thousand organisations and a million clips, and asks the API.

Needs a server (LIKENESS_BENCH_POSTGRES) and a superuser there; its database is dropped afterwards unless --keep. The
rows are written as the tables' owner; everything that is measured runs as the site's own role does in production:
under row-level security, owning nothing (docs/deployment.md). Writes to results.json.
"""

import argparse
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import django
import psycopg
from rich.console import Console

SERVER = os.environ.get("LIKENESS_BENCH_POSTGRES", "postgres://postgres@127.0.0.1:5432")


def main() -> int:
    """0 when every target is met, 1 when one is missed."""
    arguments = _arguments()
    console = Console(width=None if sys.stdout.isatty() else 160)
    with _database(arguments) as name:
        os.environ.update(LIKENESS_API_RATE="1000000000", LIKENESS_LOG_LEVEL="ERROR")
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ["ALLOWED_HOSTS"] = "testserver,127.0.0.1"
        owner = {**os.environ, "DATABASE_URL": f"{SERVER}/{name}"}
        migrate = (sys.executable, "manage.py", "migrate", "--verbosity=0", "--skip-checks")
        subprocess.run(migrate, check=True, env=owner)
        if not arguments.database:
            began = time.perf_counter()
            size = (str(arguments.tenants), str(arguments.clips))
            subprocess.run((sys.executable, "-m", "benchmarks.api.writing", *size), check=True, env=owner)
            console.print(f"filled in {time.perf_counter() - began:.0f} s")
        os.environ.update(DATABASE_URL=_as_the_site(name), LIKENESS_ROW_SECURITY="require")
        django.setup()
        return _run(arguments, console)


def _run(arguments: argparse.Namespace, console: Console) -> int:
    # Only now: the models need settings, and these the address of the database.
    from benchmarks.api import asking, filling  # noqa: PLC0415
    from benchmarks.measure import Measure, Target, print_table, write_results  # noqa: PLC0415

    tenants, clips = arguments.tenants, arguments.clips
    made = filling.tenants_of(tenants)
    subject = f"{tenants * clips:,} clips"
    calls = [*asking.CALLS]
    if clips > 500:
        calls.append(asking.deep_page(made[0], pages=5))
    timings = []
    for call in calls:
        owners = made if not call.name.startswith("clips, page") else made[:1] * 2
        timings.append(asking.measure(call, owners, clips, times=arguments.times))
    found: list[Measure] = []
    for timing in timings:
        target = Target(high=asking.TARGET_MS) if timing.call.held else None
        found += [
            Measure("api", subject, f"{timing.call.name}, p50", timing.p50, "ms"),
            Measure("api", subject, f"{timing.call.name}, p95", timing.p95, "ms", target),
            Measure("api", subject, f"{timing.call.name}, p95 of the site's own work", timing.cpu, "ms"),
            Measure("api", subject, f"{timing.call.name}, queries", timing.queries),
        ]
    with asking.served(processes=os.cpu_count() or 1, threads=4) as address:
        for call in (asking.CALLS[0], asking.CALLS[2]):
            rate = asking.requests_a_second(address, call, made, clips, seconds=arguments.seconds, clients=8)
            found.append(Measure("api", subject, f"{call.name}, with the client on the same cores", rate, "requests/s"))
    print_table(found, console)
    if arguments.explain:
        for call in calls:
            console.rule(call.name)
            for plan in asking.explain(call, made[0]):
                console.print(plan, markup=False, highlight=False)
    if not arguments.dry:
        write_results(found)
    return 1 if any(measure.passed is False for measure in found) else 0


@contextmanager
def _database(arguments: argparse.Namespace) -> Iterator[str]:
    if arguments.database:
        yield arguments.database
        return
    name = f"likeness_bench_{secrets.token_hex(4)}"
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True, connect_timeout=5) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield name
        finally:
            if arguments.keep:
                print(f"kept: {name}")
            else:
                server.execute(f"DROP DATABASE {name} WITH (FORCE)")
                server.execute(f"DROP ROLE IF EXISTS {name}_app")


def _as_the_site(name: str) -> str:
    """The address of the database for a role that owns nothing and bypasses nothing, as docs/deployment.md has it."""
    role, password = f"{name}_app", secrets.token_hex(16)
    with psycopg.connect(f"{SERVER}/{name}", autocommit=True) as server:
        known = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        server.execute(
            f"{'ALTER' if known else 'CREATE'} ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{password}'"
        )
        server.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        server.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        server.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
    address = urlsplit(SERVER)
    where = f"{address.hostname}:{address.port or 5432}"
    return f"postgres://{role}:{password}@{where}/{name}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.api", description=__doc__)
    parser.add_argument("--tenants", type=int, default=1000)
    parser.add_argument("--clips", type=int, default=1000, help="of each organisation")
    parser.add_argument("--times", type=int, default=300, help="requests of each kind")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each measure of requests a second")
    parser.add_argument("--explain", action="store_true", help="print how PostgreSQL answers")
    parser.add_argument("--keep", action="store_true", help="leave the database")
    parser.add_argument("--database", metavar="NAME", help="one that was kept, of the same size")
    parser.add_argument("--dry", action="store_true", help="write no results")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
