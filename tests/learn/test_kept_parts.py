"""Parts of a model that stay while the others are taught anew."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from nlp_coder.learn.teach import keep_parts
from nlp_coder.model import FILES, PARTS, ModelError, digest_of, load_model


@pytest.fixture
def two(tmp_path: Path, root: Path) -> tuple[Path, Path]:
    """A newly taught model (its status part differs by a byte that changes no weight) and the one in use."""
    new, old = tmp_path / "new", tmp_path / "old"
    for folder in (new, old):
        shutil.copytree(root / "models/default", folder)
    with open(new / "status.npz", "ab") as handle:
        handle.write(b"\0")
    return new, old


def test_a_kept_part_is_the_old_one_and_the_manifest_says_so(two: tuple[Path, Path]) -> None:
    new, old = two
    manifest = json.loads((new / "manifest.json").read_text())
    keep_parts(new, manifest, ["status", "quiet"], old)
    written = json.loads((new / "manifest.json").read_text())
    assert digest_of(new / "status.npz") == digest_of(old / "status.npz") == written["files"]["status.npz"]
    assert written["kept"]["parts"] == ["status", "quiet"]
    assert written["kept"]["digest"] == json.loads((old / "manifest.json").read_text())["digest"]
    load_model(new)  # its digests hold


def test_a_part_that_the_other_model_lacks_is_named(two: tuple[Path, Path]) -> None:
    new, old = two
    (old / "code_nets.npz").unlink()
    manifest = json.loads((new / "manifest.json").read_text())
    with pytest.raises(ModelError, match=r"no code_nets\.npz to keep; leave out --keep code"):
        keep_parts(new, manifest, ["code"], old)


def test_every_file_of_a_model_belongs_to_a_part() -> None:
    assert sorted(name for names in PARTS.values() for name in names) == sorted(FILES)
