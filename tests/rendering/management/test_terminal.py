import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from rendering.management.terminal import NotMade, ProgressBar, copy_out
from rendering.models import Render


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown_on(stream: io.StringIO) -> str:
    bar = ProgressBar(stream)
    for stage, progress in (("", 0.0), ("draw", 0.25), ("draw", 0.26), ("draw", 0.5), ("sign", 1.0)):
        bar.show(Render(stage=stage, progress=progress))
    bar.show(Render(state="published", progress=1.0))
    bar.end()
    return stream.getvalue()


def test_on_a_terminal_one_line_moves():
    shown = shown_on(Terminal())
    assert shown.count("\n") == 1
    assert shown.count("\r") == 6
    assert "100%  Ready" in shown


def test_elsewhere_only_what_is_news_is_written():
    assert shown_on(io.StringIO()) == "  0%  Waiting\n 25%  Drawing\n 50%  Drawing\n100%  Signing\n100%  Ready\n"


def test_a_copy_appears_whole(tmp_path):
    key = default_storage.save("clip.mp4", ContentFile(b"clip"))
    (tmp_path / "out.mp4").write_bytes(b"an older one")
    copy_out(key, tmp_path / "out.mp4")
    assert (tmp_path / "out.mp4").read_bytes() == b"clip"


def test_a_copy_that_fails_leaves_what_was_there(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "out.mp4").write_bytes(b"an older one")
    with pytest.raises(NotMade, match="could not be written: No such file"):
        copy_out("gone.mp4", folder / "out.mp4")
    assert [path.read_bytes() for path in folder.iterdir()] == [b"an older one"]
