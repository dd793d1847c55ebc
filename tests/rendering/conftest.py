"""Real workers, for tests that kill them."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection

from rendering.models import Render
from tests.rendering.queue.arrangement import LEASE, PIPELINES, Start, queued_render


def database_url() -> str:
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    return f"postgres://{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT']}/{values['NAME']}"


@pytest.fixture
def worker_environment(tmp_path: Path, storage_folder: Path) -> Callable[..., dict[str, str]]:
    """The environment of a process that works on the test's database and storage, with short leases."""
    assert storage_folder == tmp_path / "media"

    def environment(pipeline: str, **changes: str) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": database_url(),
            "LIKENESS_DATA_DIR": str(tmp_path),
            "LIKENESS_LOG_LEVEL": "WARNING",
            "DRAMATIQ_BROKER": "stub",
            "LIKENESS_RENDER_PIPELINE": f"{PIPELINES}.{pipeline}",
            "LIKENESS_RENDER_LEASE": str(LEASE),
            "LIKENESS_RENDER_BEAT": "0.3",
            "LIKENESS_RENDER_RELAY_POLL": "0.1",
            "LIKENESS_RENDER_SWEEP_POLL": "0.3",
            "SECRET_KEY": django_settings.SECRET_KEY,
            **changes,
        }

    return environment


@pytest.fixture
def start_worker(worker_environment: Callable[..., dict[str, str]]) -> Iterator[Start]:
    """Starts `manage.py worker`; what still runs at the end is killed."""
    started: list[subprocess.Popen[bytes]] = []

    def start(pipeline: str, **changes: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "manage.py", "worker"]
        worker = subprocess.Popen(command, cwd=django_settings.BASE_DIR, env=worker_environment(pipeline, **changes))
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.kill()
        worker.wait()


@pytest.fixture
def render(tmp_path: Path) -> Render:
    """A render waiting in the queue; its child speaks to the test through `tmp_path`."""
    return queued_render(photo=str(tmp_path).encode())
