from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import Image

from rendering.disclosure.inputs import read_input_marks
from rendering.disclosure.pictures import ENHANCED, repaired_source_type, write_png
from rendering.disclosure.source_type import COMPOSITE, IPTC_SOURCE_TYPES

CAPTURED, GENERATED = f"{IPTC_SOURCE_TYPES}digitalCapture", f"{IPTC_SOURCE_TYPES}trainedAlgorithmicMedia"


@pytest.mark.parametrize(
    ("before", "drawn_anew", "after"),
    [
        ((), False, ENHANCED),
        ((CAPTURED,), False, ENHANCED),
        ((CAPTURED, GENERATED), False, GENERATED),
        ((CAPTURED,), True, COMPOSITE),
        ((), True, COMPOSITE),
    ],
)
def test_a_repair_says_what_it_did_and_ai_stays_ai(before, drawn_anew, after):
    assert repaired_source_type(before, drawn_anew=drawn_anew) == after


def test_the_png_states_its_source_type_and_nothing_private(tmp_path):
    path = tmp_path / "repaired.png"
    pixels = np.random.default_rng(0).integers(0, 255, (120, 100, 3)).astype(np.uint8)
    write_png(path, pixels, source_type=GENERATED, created=datetime(2026, 1, 2, tzinfo=UTC))
    assert read_input_marks(path.read_bytes()).source_types == (GENERATED,)
    with Image.open(path) as picture:
        assert np.array_equal(np.asarray(picture), pixels)
        assert set(picture.info) == {"XML:com.adobe.xmp", "xmp"} or set(picture.info) == {"XML:com.adobe.xmp"}
        assert not picture.getexif()
