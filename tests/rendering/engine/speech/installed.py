"""Models that an operator has installed, for the few tests of the real ones: LIKENESS_TEST_MODELS_DIR names the folder
(the tests' own models folder is empty).
"""

import os
from pathlib import Path

import pytest

from rendering.engine.installing import BUNDLES
from rendering.engine.models import OPTIONAL

INSTALLED = Path(os.environ.get("LIKENESS_TEST_MODELS_DIR") or "nowhere")


def needs(bundle: str) -> pytest.MarkDecorator:
    """Skips where `manage.py models install BUNDLE` was not run for that folder."""
    is_here = all((INSTALLED / OPTIONAL[name].folder).is_file() for name in BUNDLES[bundle].files)
    return pytest.mark.skipif(not is_here, reason=f"{bundle} is not installed in LIKENESS_TEST_MODELS_DIR")
