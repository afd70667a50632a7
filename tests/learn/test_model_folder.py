"""A model folder that is not what its manifest says is refused, and nothing in it is run."""

from __future__ import annotations

import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nlp_coder.model import EARLIER, FILES, FORMAT, ModelError, digest_of, load_model


class Bomb:
    """A pickle that leaves a file behind where it is loaded."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.touch, (self.marker,)


def folder(where: Path, data: bytes, **change: object) -> Path:
    """A model folder all of whose files hold `data`, with a manifest whose digests are right."""
    for name in FILES:
        (where / name).write_bytes(data)
    manifest = {"format": FORMAT, "name": "x", "version": "1", "digest": "x", "weights": {}, "temperature": 1.0,
                "files": {n: digest_of(where / n) for n in FILES}, **change}  # fmt: skip
    (where / "manifest.json").write_text(json.dumps(manifest))
    return where


def test_a_pickle_under_a_models_name_is_refused_unrun(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    data = pickle.dumps(Bomb(marker))
    pickle.loads(data)
    assert marker.exists()  # the bomb works where it is loaded
    marker.unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        load_model(folder(tmp_path, data))
    assert not marker.exists()


@pytest.mark.parametrize("name", [*FILES, "manifest.json"])
def test_a_pickle_under_any_file_name_of_the_shipped_model_is_refused_unrun(
    tmp_path: Path, root: Path, name: str
) -> None:
    marker = tmp_path / "marker"
    where = tmp_path / "model"
    shutil.copytree(root / "models/default", where)
    (where / name).write_bytes(pickle.dumps(Bomb(marker)))
    if name in FILES:  # whoever plants a file can write its digest as well
        manifest = json.loads((where / "manifest.json").read_text())
        manifest["files"][name] = digest_of(where / name)
        (where / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match="cannot be read"):
        load_model(where)
    assert not marker.exists()


def test_planted_originals_are_never_opened(tmp_path: Path, root: Path) -> None:
    marker = tmp_path / "marker"
    where = tmp_path / "model"
    shutil.copytree(root / "models/default", where)
    for path in where.glob("*.skops"):
        path.write_bytes(pickle.dumps(Bomb(marker)))
    load_model(where)
    assert not marker.exists()


def test_an_array_file_that_hides_a_pickle_or_is_cut_off_is_refused(tmp_path: Path, root: Path) -> None:
    marker = tmp_path / "marker"
    for number, data in enumerate(
        (_object_array(tmp_path, marker), (root / "models/default/code.npz").read_bytes()[:500])
    ):
        where = tmp_path / f"model{number}"
        shutil.copytree(root / "models/default", where)
        (where / "code.npz").write_bytes(data)
        manifest = json.loads((where / "manifest.json").read_text())
        manifest["files"]["code.npz"] = digest_of(where / "code.npz")
        (where / "manifest.json").write_text(json.dumps(manifest))
        with pytest.raises(ModelError, match="cannot be read"):
            load_model(where)
        assert not marker.exists()


def _object_array(tmp_path: Path, marker: Path) -> bytes:
    path = tmp_path / "bomb.npz"
    np.savez(path, names=np.array([Bomb(marker)], dtype=object))
    return path.read_bytes()


@pytest.mark.parametrize("name", FILES)
def test_a_changed_byte_is_refused(tmp_path: Path, name: str) -> None:
    where = folder(tmp_path, b"weights")
    (where / name).write_bytes(b"weighty")
    with pytest.raises(ModelError, match="digest differs") as caught:
        load_model(where)
    assert name in str(caught.value)


def test_another_format_or_no_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no manifest"):
        load_model(tmp_path)
    with pytest.raises(ModelError, match=f"has format {FORMAT + 1}.*retrain"):
        load_model(folder(tmp_path, b"x", format=FORMAT + 1))


@pytest.mark.parametrize("earlier", [format for format, lacking in EARLIER.items() if lacking])
def test_models_of_earlier_formats_are_read_without_what_they_lack(tmp_path: Path, root: Path, earlier: int) -> None:
    where = tmp_path / "model"
    shutil.copytree(root / "models/default", where)
    manifest = json.loads((where / "manifest.json").read_text())
    for name in EARLIER[earlier]:
        (where / name).unlink()
        del manifest["files"][name]
    (where / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match="is missing"):  # a model of today lacks nothing
        load_model(where)
    (where / "manifest.json").write_text(json.dumps({**manifest, "format": earlier}))
    model = load_model(where)
    assert model.tagger.context == ()
    assert bool(model.code.nets) == ("code_nets.npz" not in EARLIER[earlier])
