"""manage.py demo: a first clip, made through the queue, for somebody who has just unpacked Likeness."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.services import demo_organization_create
from consent.gate import SubjectKind
from rendering.management.ordering import Order, hand_out, make, place_order
from rendering.management.scenes import Shown
from rendering.management.terminal import NotMade, TerminalCommand, quiet_logs, ready_database

PORTRAIT = settings.BASE_DIR / "samples" / "portrait.png"
SHORTEST_SECONDS = 6.0
WORDS = (
    "Good morning! I am Ada, and I keep a bookshop that you will not find on any map. "
    "A minute ago I was only a drawing. Now somebody has lent me a voice. Which story would you like to hear?"
)


class Command(TerminalCommand):
    help = "Makes a demo organisation with a log-in, and renders the sample portrait through the queue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, help="where the clip goes (default: demo.mp4 in the data folder)")

    def handle(self, *args: Any, **options: Any) -> None:
        quiet_logs(options["verbosity"])
        ready_database()
        demo = demo_organization_create()
        owned: Any = {"organization": demo.organization, "acting_user": demo.user}
        first = Shown(
            photo=PORTRAIT,
            kind=SubjectKind.FICTIONAL,
            words=WORDS,
            style="presenter",
            name="Ada Wren",
            statement="She is invented: drawn for this project, in the public domain, and shows no real person.",
            source="samples/README.md of this project",
        )
        clip = place_order(Order(first), **owned, project_name="First steps")
        try:
            render = make(clip, **owned, top_up=True, announce=self.stderr.write)
        except KeyboardInterrupt:
            self.stderr.write("Cancelled.")
            sys.exit(130)
        duration = render.report["duration"]
        if duration < SHORTEST_SECONDS:
            raise NotMade(f"The demo clip is only {duration:.1f} s long; something is wrong with the voice.")
        target = options["out"] or Path(settings.LIKENESS_DATA_DIR) / "demo.mp4"
        hand_out(render, clip_to=target, report_to=target.with_suffix(".json"))
        self.stdout.write(f"{duration:.1f} s in {render.report['seconds']:.1f} s. `make run` serves the site.")
        self.stdout.write(f"clip: {target}")
