import json

import pytest
from django.core.management import call_command

from rendering.engine.models import EXTRAS, MODELS, OPTIONAL
from rendering.management.terminal import BadInput


@pytest.mark.parametrize("content", [None, b"", b"not a clip"], ids=["missing", "empty", "text"])
def test_verify_refuses_what_is_no_clip_in_words(tmp_path, content):
    file = tmp_path / "clip.mp4"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadInput) as caught:
        call_command("verify", str(file))
    assert caught.value.returncode == 2


def test_models_lists_every_file_with_its_licence(capsys):
    call_command("models", "--json")
    rows = json.loads(capsys.readouterr().out)
    assert {row["name"] for row in rows} == set(MODELS) | set(OPTIONAL) | set(EXTRAS)
    assert all(row["licence"] and len(row["sha256"]) == 64 for row in rows)
    assert all(row["state"] == "ready" for row in rows if row["name"] in MODELS)


def test_models_tells_of_a_file_that_the_operator_replaced(capsys, settings, tmp_path):
    settings.LIKENESS_MODELS_DIR = tmp_path
    model = next(iter(MODELS.values()))
    (tmp_path / model.folder).write_bytes(b"theirs")
    call_command("models")
    assert f"{model.name}: replaced by the operator" in capsys.readouterr().out


def test_models_tells_where_the_files_of_extras_go_and_whether_they_are_the_ones_known(capsys, settings, tmp_path):
    settings.LIKENESS_MODELS_DIR = tmp_path
    call_command("models", "--json")
    (row,) = (row for row in json.loads(capsys.readouterr().out) if row["name"] == "gfpgan-1.4")
    assert row["state"] == "not installed (optional)"
    assert "Put gfpgan/GFPGANv1.4.pth" in row["advice"]
    (tmp_path / "gfpgan").mkdir()
    (tmp_path / "gfpgan" / "GFPGANv1.4.pth").write_bytes(b"theirs")
    call_command("models", "--json")
    (row,) = (row for row in json.loads(capsys.readouterr().out) if row["name"] == "gfpgan-1.4")
    assert row["state"] == "replaced by the operator"
    assert row["path"] == str(tmp_path / "gfpgan" / "GFPGANv1.4.pth")
