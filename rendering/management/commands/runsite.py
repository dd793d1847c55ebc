"""manage.py runsite: the whole installation in one command: site, queue and worker."""

import os
import socket
from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from accounts.models import User
from accounts.services import DEMO_EMAIL, demo_organization_create
from rendering.configuration import embedded
from rendering.management.terminal import BadInput, TerminalCommand, ready_database
from rendering.queue import EmbeddedQueue


class Command(TerminalCommand):
    # The server forks: what the checks would load, the engine with its native threads, must not be here by then.
    requires_system_checks = ()
    help = "Serves the site with the queue and a worker inside, until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        port = urlsplit(settings.LIKENESS_SITE_URL).port or 8000
        parser.add_argument("--bind", default=f"127.0.0.1:{port}", metavar="HOST:PORT")
        parser.add_argument("--threads", type=int, default=8, help="requests served at a time")
        parser.add_argument("--renders", type=int, default=1, help="clips made at a time")

    def handle(self, *args: Any, **options: Any) -> None:
        _check_free(options["bind"])
        ready_database()
        settings.LIKENESS_QUEUE = {"spare": True, **settings.LIKENESS_QUEUE}
        settings.LIKENESS_SITE_URL = _address(options["bind"])
        self.stdout.write(f"Likeness is at {settings.LIKENESS_SITE_URL} (listening on {options['bind']}).")
        if User.objects.filter(email=DEMO_EMAIL).exists():
            self.stdout.write(f"Demo log-in: {DEMO_EMAIL}, password {demo_organization_create().password}")
        else:
            self.stdout.write("There is no demo log-in yet: make one with `make demo`, or sign up on the site.")
        self.stdout.write("Ctrl-C stops it.")
        self.stdout.flush()
        connections.close_all()  # the server's process opens its own
        _Site(options["bind"], threads=options["threads"], renders=options["renders"] if embedded() else 0).run()


def _check_free(bind: str) -> None:
    """Say in words, before anything is started, that another program is there already."""
    host, _, port = bind.rpartition(":")
    if not port.isdecimal():
        return  # a socket of another kind: the server knows them
    try:
        socket.create_server((host, int(port))).close()
    except (OSError, OverflowError) as error:
        raise BadInput(
            f"The site cannot listen on {bind}: another program is there, or this machine has no such address.",
            "Stop that program, or choose another port with --bind.",
        ) from error


def _address(bind: str) -> str:
    """Where people reach the site: where the environment says, or else on this machine, where it listens."""
    host, _, port = bind.rpartition(":")
    if "LIKENESS_SITE_URL" in os.environ or host not in ("127.0.0.1", "localhost"):
        return settings.LIKENESS_SITE_URL
    # What the forked server writes into letters follows the address that was asked for on the command line.
    return f"http://{host}:{port}"


class _Site(BaseApplication):
    """Gunicorn with one process of many threads. The queue lives in that process, and comes back with it if it dies."""

    def __init__(self, bind: str, *, threads: int, renders: int) -> None:
        self._options: dict[str, Any] = {
            "bind": bind,
            "worker_class": "gthread",
            "workers": 1,
            "threads": threads,
            # A stopping worker ends its renders' children first.
            "graceful_timeout": 20,
            "timeout": 120,
            "control_socket_disable": True,
            "post_worker_init": self._start_queue,
            "worker_exit": self._stop_queue,
        }
        self._renders = renders
        self._queue: EmbeddedQueue | None = None
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return get_wsgi_application()

    def _start_queue(self, worker: Any) -> None:
        self._queue = EmbeddedQueue(threads=self._renders)

    def _stop_queue(self, server: Any, worker: Any) -> None:
        if self._queue is not None:
            self._queue.stop()
