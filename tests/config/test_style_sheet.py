"""The one style sheet, which many hands change at once."""

import re
from pathlib import Path

from django.conf import settings


def test_every_rule_that_is_opened_is_closed():
    text = re.sub(r"/\*.*?\*/", "", (Path(settings.BASE_DIR) / "static" / "likeness.css").read_text(), flags=re.DOTALL)
    depth = 0
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert 0 <= depth <= 3
    assert depth == 0
