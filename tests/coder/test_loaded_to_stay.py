"""The coder of a process that does nothing else: the same coder, and a garbage collector that goes on."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from nlp_coder import Coder
from nlp_coder.coder import ModelError
from nlp_coder.loaded_to_stay import coder_to_stay


@pytest.fixture(autouse=True)
def unfrozen() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_it_codes_as_any_other_and_what_was_loaded_is_left_alone() -> None:
    text = "TE 15 min: quad sets 3x10, heel slides x15"
    assert coder_to_stay(None).code(text) == Coder.load().code(text)
    assert gc.isenabled() and gc.get_freeze_count() > 10_000


def test_a_model_that_cannot_be_read_leaves_the_collector_as_it_was(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        coder_to_stay(tmp_path)
    assert gc.isenabled()
    gc.disable()
    try:
        with pytest.raises(ModelError):
            coder_to_stay(tmp_path)
        assert not gc.isenabled()
    finally:
        gc.enable()
