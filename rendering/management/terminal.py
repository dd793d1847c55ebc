"""What the terminal's commands share: who acts, how they end, and the bar that shows a render's way."""

import logging
import os
import secrets
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TextIO

from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import Organization, OrganizationKind, Role, User
from accounts.services import organization_create, user_create
from rendering.configuration import embedded
from rendering.engine.errors import EngineError
from rendering.models import Render

OPERATOR = "terminal@localhost"

STAGES = {
    "": "Waiting",
    "analyse": "Looking at the photo",
    "rig": "Preparing the face",
    "speak": "Speaking",
    "perform": "Rehearsing",
    "draw": "Drawing",
    "mark": "Marking",
    "sign": "Signing",
}


class Ending(CommandError):  # noqa: N818  how a command ends, not what is wrong with its program
    """A command's end in words for a person, and its exit code."""


class BadInput(Ending):
    """Exit code 2: something that was given cannot be used. Says what is wrong and what to do about it."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(f"{message} {advice}".strip(), returncode=2)

    @classmethod
    def of(cls, error: EngineError) -> "BadInput":
        return cls(error.message, error.advice)


class NoConsent(Ending):
    """Exit code 3: somebody shown has not agreed. `urls` are where they can."""

    def __init__(self, reasons: tuple[str, ...], *urls: str) -> None:
        lines = ["Consent is missing, so nothing was made.", *(f"  - {reason}" for reason in reasons)]
        if urls:
            lines += ["Consent can be given here, by the person shown or their guardian:"]
            lines += [f"  {url}" for url in urls]
            lines += ["The page is there while the site runs (make run). Then run this command again."]
        super().__init__("\n".join(lines), returncode=3)


class NotMade(Ending):
    """Exit code 1: the installation could not do it."""


class TerminalCommand(BaseCommand):
    """A command for people: what it ends with is written as it is, without the name of a class in front."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except Ending as end:
            if not getattr(self, "_called_from_command_line", False):
                raise
            self.stderr.write(str(end))
            sys.exit(end.returncode)


def ready_database() -> None:
    """Bring the embedded database up to date; elsewhere that is the operator's decision."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if not embedded():
        raise NotMade("The database is not up to date. Run `manage.py migrate` first.")
    call_command("migrate", verbosity=0, interactive=False)


def quiet_logs(verbosity: int) -> None:
    """The bar has the terminal to itself, but for warnings; `-v 2` shows everything."""
    if verbosity < 2:
        logging.getLogger().setLevel(logging.WARNING)
        for name in ("dramatiq", "rendering"):
            logging.getLogger(name).setLevel(logging.ERROR)


def wait_to_be_stopped() -> None:
    """Return when SIGTERM or Ctrl-C comes.

    Waiting goes in short sleeps: a signal may be delivered to another thread, and would not wake this one; an Event
    that the handler sets could be met with its lock held.
    """
    stopped = False

    def note(*_: object) -> None:
        nonlocal stopped
        stopped = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, note)
    while not stopped:
        sleep(0.3)


def operator() -> User:
    """Whoever types at the terminal of this installation: staff, with a password that nobody knows."""
    found = User.objects.filter(email=OPERATOR).first()
    return found or user_create(
        email=OPERATOR,
        password=secrets.token_urlsafe(24),
        full_name="The operator at the terminal",
        is_staff=True,
    )


def organization_of_operator(name: str, kind: str = OrganizationKind.BRAND) -> Organization:
    """The operator's own organisation of that name, made when it is missing."""
    owner = operator()
    found = Organization.objects.filter(memberships__user=owner, name=name).first()
    return found or organization_create(name=name, kind=kind, owner=owner)


def organization_by_id(organization_id: str) -> tuple[Organization, User]:
    """An organisation and the owner in whose name the operator acts there. Raises BadInput."""
    organization = Organization.objects.filter(pk=organization_id).first()
    owner = User.objects.filter(memberships__organization=organization_id, memberships__role=Role.OWNER).first()
    if organization is None or owner is None:
        raise BadInput(f"There is no organisation {organization_id} with an owner.", "Leave --organization out.")
    return organization, owner


def copy_out(key: str, target: Path) -> None:
    """Copy a stored file to `target`, whole or not at all. Raises NotMade where it cannot be written."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with default_storage.open(key, "rb") as source, part.open("wb") as sink:
            shutil.copyfileobj(source, sink)
        part.replace(target)
    except OSError as error:
        raise NotMade(
            f"It was made, but {target} could not be written: {error.strerror or error}. "
            "Make room, or name another folder, and run this command again."
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


class ProgressBar:
    """A render's way on `stream` (standard error): one moving line on a terminal, a line now and then elsewhere."""

    WIDTH = 30
    STEP = 0.1  # of the whole way between two plain lines

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._moving = self._stream.isatty()
        self._began = monotonic()
        self._last = ("", -1.0)

    def show(self, render: Render) -> None:
        doing = STAGES.get(render.stage, render.stage.capitalize())
        stage, progress = doing if render.is_active else render.get_state_display(), render.progress
        if self._moving:
            columns = shutil.get_terminal_size().columns - 1
            filled = round(progress * self.WIDTH)
            bar = "█" * filled + "░" * (self.WIDTH - filled)
            line = f"{bar} {progress:4.0%}  {stage}, {monotonic() - self._began:.0f} s"
            self._write("\r" + line[:columns].ljust(columns))
        elif stage != self._last[0] or progress - self._last[1] >= self.STEP:
            self._last = (stage, progress)
            self._write(f"{progress:4.0%}  {stage}\n")

    def end(self) -> None:
        if self._moving:
            self._write("\n")

    def _write(self, text: str) -> None:
        with suppress(UnicodeEncodeError, BrokenPipeError):
            self._stream.write(text)
            self._stream.flush()
