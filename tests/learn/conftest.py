"""The shipped coder, loaded once."""

from __future__ import annotations

import pytest

from nlp_coder.coder import Coder


@pytest.fixture(scope="session")
def coder() -> Coder:
    """The coder as shipped."""
    return Coder.load()
