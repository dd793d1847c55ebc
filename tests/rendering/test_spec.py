from pathlib import Path

import pytest

from rendering.spec import RenderSpec


def spec(**changes) -> RenderSpec:
    values = {
        "render_id": "rnd_1",
        "attempt": 2,
        "photo": Path("/a/photo"),
        "output": Path("/a/clip.mp4"),
        "keys": Path("/keys"),
        "words": "Grüße!",
    }
    return RenderSpec(**(values | changes))


@pytest.mark.parametrize(
    "changes", [{}, {"words": None, "recording": Path("/a/recording")}, {"face_index": 1, "seed": 7}]
)
def test_a_spec_comes_back_from_json_as_it_was(changes):
    assert RenderSpec.from_json(spec(**changes).to_json()) == spec(**changes)


@pytest.mark.parametrize("changes", [{"words": None}, {"recording": Path("/a/recording")}])
def test_a_spec_has_words_or_a_recording_and_not_both(changes):
    with pytest.raises(ValueError, match="words or a recording"):
        spec(**changes)
