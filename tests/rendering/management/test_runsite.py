import signal
import socket
import subprocess
import sys
import urllib.request

import pytest
from django.conf import settings as django_settings

from rendering.management.commands import runsite
from rendering.management.terminal import BadInput
from rendering.states import RenderState
from tests.rendering.queue.arrangement import PATIENCE, become, child_pid, eventually, is_alive

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def site(worker_environment, port, tmp_path):
    """The site on the test's database, whose renders wait for a word of the test."""
    command = [sys.executable, "manage.py", "runsite", "--bind", f"127.0.0.1:{port}"]
    environment = worker_environment("waiting") | {"HOME": str(tmp_path)}
    process = subprocess.Popen(command, cwd=django_settings.BASE_DIR, env=environment)
    yield process
    process.kill()
    process.wait()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as response:
            return response.status == 200
    except OSError:
        return False


@pytest.mark.parametrize(
    ("bind", "told", "address"),
    [
        ("127.0.0.1:8177", "", "http://127.0.0.1:8177"),
        ("localhost:8000", "", "http://localhost:8000"),
        ("0.0.0.0:8000", "", "http://testsite:1"),
        ("127.0.0.1:8177", "https://likeness.example", "http://testsite:1"),
    ],
)
def test_links_lead_to_where_the_site_listens_unless_it_is_told_otherwise(settings, monkeypatch, bind, told, address):
    settings.LIKENESS_SITE_URL = "http://testsite:1"
    monkeypatch.delenv("LIKENESS_SITE_URL", raising=False)
    if told:
        monkeypatch.setenv("LIKENESS_SITE_URL", told)
    assert runsite._address(bind) == address


def test_a_port_that_is_taken_is_told_in_words(port):
    with socket.create_server(("127.0.0.1", port)), pytest.raises(BadInput, match="choose another port"):
        runsite._check_free(f"127.0.0.1:{port}")
    runsite._check_free(f"127.0.0.1:{port}")


def test_one_process_serves_pages_and_makes_clips(site, port, render, tmp_path):
    eventually(lambda: answers(port), within=PATIENCE, what="the site answers")
    (tmp_path / "go").touch()
    become(render, RenderState.PUBLISHED)
    site.send_signal(signal.SIGINT)
    assert site.wait(PATIENCE) == 0


def test_ctrl_c_gives_a_render_back_and_leaves_no_process(site, render, tmp_path):
    child = child_pid(tmp_path, 1, within=PATIENCE)
    site.send_signal(signal.SIGINT)
    assert site.wait(PATIENCE) == 0
    assert not is_alive(child)
    render.refresh_from_db()
    assert (render.state, render.attempts_used) == (RenderState.QUEUED, 0)
