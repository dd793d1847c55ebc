"""manage.py talk: a photograph and words, or a recording, to a talking clip."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from consent.gate import Grantor, SubjectKind
from projects.models import Aspect
from rendering.management.ordering import Order, hand_out, make, place_order
from rendering.management.scenes import ONE_SCENE, Shown, read_scenes
from rendering.management.terminal import (
    BadInput,
    TerminalCommand,
    operator,
    organization_by_id,
    organization_of_operator,
    quiet_logs,
    ready_database,
)

ORGANIZATION = "Terminal"
OF_THE_FIRST = (
    *("voice", "style", "direction", "face", "points", "name", "statement", "source", "authority", "year_of_death"),
)
PASSED_ON = (
    *("aspect", "captions", "caption_look", "commercial", "public", "seed", "background"),
    *("music", "music_rights", "music_level", "title_card", "end_card"),
)
INTERRUPTED = 130  # 128 + SIGINT, as shells have it


class Command(TerminalCommand):
    help = (
        "Makes a clip in which the person in PHOTO speaks: through the same gate and queue as the web. "
        "Exit codes: 0 made, 2 the input cannot be used, 3 consent is missing, 1 anything else."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        from rendering.engine.motion import STYLES  # noqa: PLC0415  slow to load; other commands go without
        from rendering.engine.speech import VOICES  # noqa: PLC0415
        from rendering.engine.video import LOOKS  # noqa: PLC0415

        add = parser.add_argument
        add("photo", type=Path, metavar="PHOTO")
        spoken = parser.add_mutually_exclusive_group(required=True)
        spoken.add_argument("--say", metavar="TEXT", help="words to be spoken by a computer voice")
        spoken.add_argument("--audio", type=Path, metavar="FILE", help="a recording of the words")
        add("--subject", required=True, choices=[str(kind) for kind in SubjectKind], help="who is shown")
        add("--out", required=True, type=Path, metavar="FILE.mp4")
        add("--report", type=Path, metavar="FILE.json", help="how it was made, in numbers")
        add("--voice", default="heart", choices=list(VOICES))
        add("--style", default="neutral", choices=list(STYLES))
        add("--direction", default="", metavar="TEXT", help="how to perform, in words")
        add("--aspect", default=Aspect.PHOTO.value, choices=Aspect.values)
        add("--captions", action="store_true", help="draw the words into the picture")
        add("--caption-look", default="plain", choices=list(LOOKS), help="how they look")
        add("--music", type=Path, metavar="FILE", help="music under it, which gets quieter while somebody speaks")
        add("--music-rights", default="", metavar="TEXT", help="why it may be used (needed with --music)")
        add("--music-level", default="medium", choices=["quiet", "medium", "loud"])
        add("--title-card", default="", metavar="TEXT", help="words shown before it")
        add("--end-card", default="", metavar="TEXT", help="words shown after it")
        add("--seed", type=int, default=0, help="another number, another performance")
        add("--face", type=int, metavar="N", help="which face, 1 being the largest")
        add("--points", type=Path, metavar="FILE.json", help="where eyes, mouth and chin are, for a face nobody finds")
        add(
            "--background",
            default="keep",
            metavar="WHAT",
            help="what lies behind: keep, blur, #rrggbb, a picture's file name, or remove: then FILE.mp4 is a green "
            "screen, and FILE.webm and FILE.c2pa beside it are the transparent clip and its credentials",
        )
        add("--glb", type=Path, metavar="FILE.glb", help="the talking head in three dimensions, for AR and VR")
        add("--scenes", type=Path, metavar="FILE.json", help="what comes after this scene (docs/scenes.md)")
        add(
            "--commercial", action="store_true", help="it is for advertising: whoever is shown must have agreed to that"
        )
        add("--public", action="store_true", help="it will be posted publicly: that too")
        add("--name", default="", help="of the person or figure (default: from the photo's file name)")
        add("--statement", default="", metavar="TEXT", help="why this may be made, where nobody can be asked")
        add("--source", default="", metavar="TEXT", help="what the statement rests on")
        add(
            "--authority", default="", choices=[str(grantor) for grantor in Grantor], help="who states it, for the dead"
        )
        add("--year-of-death", type=int, metavar="YEAR")
        add("--organization", metavar="ID", help="who makes it (default: the terminal's own organisation)")

    def handle(self, *args: Any, **options: Any) -> None:
        quiet_logs(options["verbosity"])
        for target in filter(None, (options["out"], options["report"], options["glb"])):
            _check_target(target)
        ready_database()
        if options["organization"]:
            organization, acting_user = organization_by_id(options["organization"])
        else:
            organization, acting_user = organization_of_operator(ORGANIZATION), operator()
        first = Shown(
            photo=options["photo"],
            kind=SubjectKind(options["subject"]),
            words=options["say"] or "",
            sound=options["audio"],
            **{name: options[name] for name in OF_THE_FIRST},
        )
        order = Order(
            first=first,
            further=read_scenes(options["scenes"], first) if options["scenes"] else ONE_SCENE,
            head=options["glb"] is not None,
            **{name: options[name] for name in PASSED_ON},
        )
        clip = place_order(order, organization=organization, acting_user=acting_user, project_name="Terminal")
        try:
            render = make(
                clip,
                organization=organization,
                acting_user=acting_user,
                top_up=not options["organization"],
                announce=self.stderr.write,
            )
        except KeyboardInterrupt:
            self.stderr.write("Cancelled.")
            sys.exit(INTERRUPTED)
        hand_out(render, clip_to=options["out"], report_to=options["report"], head_to=options["glb"])
        self.stdout.write(f"clip: {options['out']}")


def _check_target(target: Path) -> None:
    folder = target.absolute().parent
    if target.is_dir():
        raise BadInput(f"{target} is a folder.", "Give the name of a file in it.")
    if not folder.is_dir():
        raise BadInput(f"The folder {folder} does not exist.", "Make it first, or choose another one.")
    try:
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise BadInput(f"Nothing can be written into {folder}: {error.strerror}.", "Choose another folder.") from error
