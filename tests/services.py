"""Servers and programs that a test needs and a machine may lack."""

import os
from typing import NoReturn

import pytest


def absent(what: str) -> NoReturn:
    """Skips the running test by name because `what` is not here; fails it where CI says that it must be."""
    if os.environ.get("LIKENESS_REQUIRE_SERVICES"):
        pytest.fail(what)
    pytest.skip(what)
