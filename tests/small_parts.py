"""Models of every part, but with narrow nets and few trees: for tests of what becomes of labels, not of how good a model is.

As a script it is the command `nlp-coder` that trains such models.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from nlp_coder.learn import fitting, teach_context, train


@contextmanager
def small_parts() -> Iterator[None]:
    """with small_parts(): what this process trains meanwhile is small."""
    with (
        mock.patch.object(teach_context, "WIDTH", 32),
        mock.patch.object(fitting, "TREES", {**fitting.TREES, "n_estimators": 75, "learning_rate": 0.2}),
        mock.patch.object(train, "cpu_count", lambda: 1),  # other processes would teach nets of the full width
    ):
        yield


if __name__ == "__main__":
    from nlp_coder.cli.app import main

    with small_parts():
        main()
