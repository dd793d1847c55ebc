"""What is asked of the API, how long it takes and with how many queries; and how many requests a second it bears."""

import random
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.scopes import within
from benchmarks.api.filling import PROJECTS, Tenant

_TOLD = re.compile(r"^SELECT set_config\([^)]*\); ")
TARGET_MS = 50.0
V1 = "/api/v1"


@dataclass(frozen=True)
class Call:
    """One kind of request; `path` makes the address for a tenant. `held` to the target: status and lists."""

    name: str
    path: Callable[[Tenant, int], str]
    held: bool = True


CALLS = (
    Call("render status", lambda tenant, i: f"{V1}/renders/{tenant.render_id(_made(i))}"),
    Call("clip status", lambda tenant, i: f"{V1}/clips/{tenant.clip_id(i)}"),
    Call("clips, first page", lambda tenant, i: f"{V1}/clips"),
    Call("clips, 100 to a page", lambda tenant, i: f"{V1}/clips?limit=100"),
    Call("clips of a project", lambda tenant, i: f"{V1}/clips?project={tenant.project_id(i % PROJECTS)}"),
    Call("clips that failed", lambda tenant, i: f"{V1}/clips?state=failed"),
    Call("clips that are not made", lambda tenant, i: f"{V1}/clips?state=not-requested"),
    Call("renders, first page", lambda tenant, i: f"{V1}/renders"),
    Call("renders that failed", lambda tenant, i: f"{V1}/renders?state=failed"),
    Call("pictures", lambda tenant, i: f"{V1}/portraits"),
    Call("projects", lambda tenant, i: f"{V1}/projects"),
    Call("credits", lambda tenant, i: f"{V1}/credits", held=False),
)


@dataclass(frozen=True)
class Timing:
    """In ms, of one kind of request by many tenants. `cpu`: the 95th percentile of what the site's own process spent on
    it, which says the same on a machine that others use.
    """

    call: Call
    p50: float
    p95: float
    cpu: float
    queries: int


def _made(index: int) -> int:
    """The index of a clip that has a render."""
    return index - 1 if index % 20 == 19 else index


def measure(call: Call, tenants: list[Tenant], clips: int, *, times: int, seed: int = 0) -> Timing:
    """Ask `times` times, each time as another tenant, through the whole site but the network."""
    chance = random.Random(seed)
    client = Client()
    spent, worked = [], []
    _ask(client, call, tenants[0], 0)
    for _ in range(times):
        tenant, index = chance.choice(tenants), chance.randrange(clips)
        began, began_work = time.perf_counter(), time.process_time()
        _ask(client, call, tenant, index)
        spent.append(1000 * (time.perf_counter() - began))
        worked.append(1000 * (time.process_time() - began_work))
    with CaptureQueriesContext(connection) as queries:
        _ask(client, call, tenants[1], 1)
    return Timing(call, statistics.median(spent), _p95(spent), _p95(worked), len(queries))


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def deep_page(tenant: Tenant, *, pages: int) -> Call:
    """The page behind so many others."""
    client = Client(headers=_headers(tenant))
    cursor = ""
    for _ in range(pages):
        cursor = client.get(f"{V1}/clips?limit=100{cursor and f'&cursor={cursor}'}").json()["next_cursor"]
    return Call(f"clips, page {pages + 1} of 100", lambda _tenant, i: f"{V1}/clips?limit=100&cursor={cursor}")


def _ask(client: Client, call: Call, tenant: Tenant, index: int) -> None:
    answer = client.get(call.path(tenant, index), headers=_headers(tenant))
    if answer.status_code != 200:
        raise RuntimeError(f"{call.name}: {answer.status_code} {answer.content[:300]!r}")


def _headers(tenant: Tenant) -> dict[str, str]:
    return {"Authorization": f"Bearer {tenant.secret}"}


@contextmanager
def served(*, processes: int, threads: int) -> Iterator[str]:
    """The site as it is served, for the length of the block; its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    command += ["--workers", str(processes), "--worker-class", "gthread", "--threads", str(threads)]
    server = subprocess.Popen(command)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            httpx.get(f"{address}{V1}/problems", timeout=5)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the server did not start")


def requests_a_second(
    address: str, call: Call, tenants: list[Tenant], clips: int, *, seconds: float, clients: int
) -> float:
    """How many of these requests are answered a second, asked by so many clients at once."""
    counts = [0] * clients
    until = time.perf_counter() + seconds

    def ask(number: int) -> None:
        chance = random.Random(number)
        with httpx.Client(base_url=address, timeout=30) as client:
            while time.perf_counter() < until:
                tenant = chance.choice(tenants)
                answer = client.get(call.path(tenant, chance.randrange(clips)), headers=_headers(tenant))
                answer.raise_for_status()
                counts[number] += 1

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def explain(call: Call, tenant: Tenant) -> list[str]:
    """How PostgreSQL answers each query of the request."""
    client = Client()
    with CaptureQueriesContext(connection) as queries:
        _ask(client, call, tenant, 1)
    plans = []
    for query in queries:
        # Before each statement its scope is told, in the same breath.
        sql = _TOLD.sub("", query["sql"])
        if not sql.startswith("SELECT"):
            continue
        with within(tenant.organization_id), connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) " + sql)
            lines = "\n".join(row[0] for row in cursor.fetchall())
        plans.append(f"{sql[:160]}…\n{lines}")
    return plans
