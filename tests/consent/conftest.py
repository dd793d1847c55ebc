"""What tests of consent begin with: a clip of a living adult, and nobody else who listens to withdrawals."""

import pytest

from consent import withdrawal
from tests.factories import ClipFactory


@pytest.fixture
def clip():
    return ClipFactory()


@pytest.fixture
def handlers(monkeypatch):
    """Who is told of withdrawals: nobody, unless a test adds somebody."""
    registered: list = []
    monkeypatch.setattr(withdrawal, "_handlers", registered)
    return registered
