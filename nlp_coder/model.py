"""The trained parts of the program in one folder, loaded without running any code from the files.

A model folder holds manifest.json (name, version, digests, weights), spans.npz (the phrase tagger's weights), context.npz
(the nets that read the whole note beside it), split.npz,
verdict.npz, status.npz, quiet.npz and code.npz (linear models as plain arrays: lists taken apart, candidates judged, their
status, notes with nothing performed, codes), code_nets.npz (the nets beside the linear code model), second.npz (the trees of
the second opinion on candidates) and the scikit-learn originals of the linear ones as .skops for retraining and inspection. Every file is checked against the digest in the manifest before it is read.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from nlp_coder.classify.certainty import Certainty
from nlp_coder.classify.linear import LinearModel
from nlp_coder.classify.net import CodeModel, Net
from nlp_coder.classify.weigh import Weights
from nlp_coder.extract.context import OF_TABLES, OF_WORD, PLAIN, ContextNet
from nlp_coder.extract.spans import Tagger, TaggerWeights
from nlp_coder.extract.trees import Trees
from nlp_coder.extract.verdict import Judge
from nlp_coder.model_store import in_use

FORMAT = 6
"""Version of the model folder's layout and of the features: a model of a format that is not read is refused."""
EARLIER = {5: (), 4: (), 3: ("context.npz",), 2: ("context.npz", "code_nets.npz")}
"""Earlier formats, read as well -> the files they lack: before several context nets, before the net's steps, before that net,
before the nets beside the linear code model."""

SPLIT_AT = 0.6
"""A joint parts two activities from this probability on: found .918 on 975 notes of writers not seen (.916 from .4 on)."""
FILES = (
    "spans.npz",
    "context.npz",
    "split.npz",
    "verdict.npz",
    "second.npz",
    "status.npz",
    "quiet.npz",
    "code.npz",
    "code_nets.npz",
)

PARTS = {name.partition(".")[0]: (name,) for name in FILES[:-2]} | {"code": FILES[-2:]}
"""The parts of a model that can be kept while the others are taught anew -> their files."""


class ModelError(ValueError):
    """A model folder is missing, damaged, or not one of ours; the message says what to do."""


@dataclass(frozen=True)
class Model:
    """The loaded parts. temperature flattens or sharpens the joint code probabilities, certainty makes one confidence of
    those of the steps (both fitted out of fold); a model without it gives the code's. Codes with a probability below
    ruled_out_below can be ruled out at 95 %; None where too few labels were there to tell."""

    name: str
    version: str
    digest: str
    tagger: Tagger
    split: LinearModel
    judge: Judge
    code: CodeModel
    weights: Weights
    temperature: float
    certainty: Certainty | None
    ruled_out_below: float | None
    manifest: Mapping[str, Any]

    def parts(self, features: list[str]) -> bool:
        """Whether a joint inside a phrase parts two activities."""
        return self.split.probabilities(features)["split"] >= SPLIT_AT


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def save_linear(path: Path, model: LinearModel) -> None:
    """Write a linear model as plain arrays (no pickle)."""
    names = sorted(model.vocabulary, key=model.vocabulary.__getitem__)
    np.savez_compressed(
        path, weights=model.weights.astype(np.float16), bias=model.bias.astype(np.float32),
        names=np.frombuffer("\n".join(names).encode(), dtype=np.uint8),
        classes=np.frombuffer("\n".join(model.classes).encode(), dtype=np.uint8),
    )  # fmt: skip


def load_linear(path: Path) -> LinearModel:
    """Read back what `save_linear` wrote."""
    with np.load(path, allow_pickle=False) as arrays:
        names = arrays["names"].tobytes().decode().split("\n")
        classes = tuple(arrays["classes"].tobytes().decode().split("\n"))
        weights = arrays["weights"].astype(np.float32)
        bias = arrays["bias"]
    return LinearModel(classes, {n: i for i, n in enumerate(names)}, weights, bias)


def save_nets(path: Path, nets: Sequence[Net]) -> None:
    """Write nets that share classes and vocabulary as plain arrays (no pickle)."""
    first = nets[0]
    names = sorted(first.vocabulary, key=first.vocabulary.__getitem__)
    np.savez_compressed(
        path, hidden=np.stack([n.hidden for n in nets]).astype(np.float16), hidden_bias=np.stack([n.hidden_bias for n in nets]),
        out=np.stack([n.out for n in nets]), out_bias=np.stack([n.out_bias for n in nets]),
        names=np.frombuffer("\n".join(names).encode(), dtype=np.uint8),
        classes=np.frombuffer("\n".join(first.classes).encode(), dtype=np.uint8),
    )  # fmt: skip


def load_nets(path: Path) -> tuple[Net, ...]:
    """Read back what `save_nets` wrote."""
    with np.load(path, allow_pickle=False) as arrays:
        names = arrays["names"].tobytes().decode().split("\n")
        classes = tuple(arrays["classes"].tobytes().decode().split("\n"))
        parts = [arrays[name].astype(np.float32) for name in ("hidden", "hidden_bias", "out", "out_bias")]
    vocabulary = {n: i for i, n in enumerate(names)}
    return tuple(Net(classes, vocabulary, *each) for each in zip(*parts, strict=True))


def save_tagger(path: Path, tagger: TaggerWeights) -> None:
    """Write the phrase tagger's weights as plain arrays (no pickle)."""
    names = sorted(tagger.vocabulary, key=tagger.vocabulary.__getitem__)
    np.savez_compressed(
        path, weights=tagger.weights, steps=tagger.steps, names=np.frombuffer("\n".join(names).encode(), dtype=np.uint8)
    )


def load_tagger(path: Path) -> TaggerWeights:
    """Read back what `save_tagger` wrote."""
    with np.load(path, allow_pickle=False) as arrays:
        names = arrays["names"].tobytes().decode().split("\n")
        return TaggerWeights({n: i for i, n in enumerate(names)}, arrays["weights"], arrays["steps"])


def save_contexts(path: Path, nets: Sequence[ContextNet]) -> None:
    """Write the weights of context nets of one shape as plain arrays (no pickle), the nets along the first axis."""
    arrays: dict[str, Any] = {
        f"table{k}": np.stack(each).astype(np.float16)
        for k, each in enumerate(zip(*(n.tables for n in nets), strict=True))
    }
    arrays |= {n: np.stack([getattr(net, n) for net in nets]).astype(np.float16) for n in ("mix", "convolutions")}
    arrays |= {
        n: np.stack([getattr(net, n) for net in nets]) for n in ("mix_bias", "biases", "norms", "out", "out_bias")
    }
    arrays["steps"] = np.array(nets[0].steps, np.int64)
    np.savez_compressed(path, **arrays)


def load_contexts(path: Path) -> tuple[ContextNet, ...]:
    """Read back what `save_contexts` wrote, or the one net of a file of an earlier format."""
    with np.load(path, allow_pickle=False) as arrays:
        each = {name: arrays[name].astype(np.float32) for name in arrays.files if name != "steps"}
        steps = arrays["steps"].tolist() if "steps" in arrays.files else None
    if each["out_bias"].ndim == 1:  # up to format 5 a file holds one net
        each = {name: array[None] for name, array in each.items()}
    # format 4 has no steps
    steps = tuple(steps or [PLAIN] * len(each["convolutions"][0]))
    tables = [each.pop(f"table{k}") for k in range(len(OF_WORD) + len(OF_TABLES))]
    return tuple(
        ContextNet(tuple(t[k] for t in tables), **{name: array[k] for name, array in each.items()}, steps=steps)
        for k in range(len(each["out_bias"]))
    )


def save_trees(path: Path, trees: Trees) -> None:
    """Write boosted trees as plain arrays (no pickle)."""
    np.savez_compressed(path, columns=trees.columns, thresholds=trees.thresholds, leaves=trees.leaves)


def load_trees(path: Path) -> Trees:
    """Read back what `save_trees` wrote."""
    with np.load(path, allow_pickle=False) as arrays:
        return Trees(arrays["columns"], arrays["thresholds"], arrays["leaves"])


def load_model(folder: Path | None = None) -> Model:
    """The model of a folder, by default the one in use (see `model_store`), which is the shipped one at first.

    Raises ModelError naming the file and what to do, and Problem where the model in use is gone.
    """
    folder = folder or in_use()
    again = "use another model folder, or train one with `nlp-coder train`"
    manifest_path = folder / "manifest.json"
    if not manifest_path.is_file():
        raise ModelError(f"{folder}: no manifest.json there, so this is no nlp-coder model; {again}")
    try:
        manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
        files = manifest["files"]
        if manifest["format"] not in (FORMAT, *EARLIER):
            raise ModelError(
                f"{folder}: the model has format {manifest['format']}, this program reads {FORMAT}; retrain it with `nlp-coder train`"
            )
        lacking = EARLIER.get(manifest["format"], ())
        for name in [n for n in FILES if n not in lacking]:
            path = folder / name
            if not path.is_file():
                raise ModelError(f"{folder}: {name} is missing; {again}")
            if digest_of(path) != files[name]:
                raise ModelError(f"{path}: the file is not the one its manifest names (digest differs); {again}")
        return Model(
            manifest["name"], manifest["version"], manifest["digest"],
            Tagger(load_tagger(folder / "spans.npz"), () if "context.npz" in lacking else load_contexts(folder / "context.npz")), load_linear(folder / "split.npz"),
            Judge(load_linear(folder / "verdict.npz"), load_trees(folder / "second.npz"), load_linear(folder / "status.npz"), load_linear(folder / "quiet.npz")), CodeModel(load_linear(folder / "code.npz"), () if "code_nets.npz" in lacking else load_nets(folder / "code_nets.npz")), Weights.from_dict(manifest["weights"]), float(manifest["temperature"]),
            Certainty.from_dict(manifest["certainty"]) if manifest.get("certainty") else None, manifest.get("ruled_out_below"), manifest,
        )  # fmt: skip
    except ModelError:
        raise
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile, zlib.error) as error:
        raise ModelError(f"{folder}: the model cannot be read ({type(error).__name__}); {again}") from error
