"""Results are whole or not there, private, and never over their input."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from nlp_coder.exports.result_file import result_file, result_path
from nlp_coder.problem import Problem


def test_a_result_is_private_and_takes_its_place_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("old")
    with result_file(path) as handle:
        handle.write("new\r\n")
        assert path.read_text() == "old"
    assert path.read_bytes() == b"new\r\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_an_error_leaves_the_old_result_and_nothing_else(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("old")
    with pytest.raises(error), result_file(path) as handle:
        handle.write("half")
        raise error
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with result_file(tmp_path / "link") as handle:
        handle.write("x")
    assert (tmp_path / "real").read_text() == "x"
    assert (tmp_path / "link").is_symlink()


def test_places_where_nothing_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="is a folder"):
        result_path(tmp_path)
    with pytest.raises(Problem, match="no folder"):
        result_path(tmp_path / "none" / "out.csv")
    with pytest.raises(Problem, match="no ordinary file"):
        result_path(Path("/dev/null"))
    (tmp_path / "in.csv").write_text("id,text\n")
    (tmp_path / "same.csv").symlink_to(tmp_path / "in.csv")
    with pytest.raises(Problem, match="is the input itself"):
        result_path(tmp_path / "same.csv", not_over=tmp_path / "in.csv")
