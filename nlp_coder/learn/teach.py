"""Labelled records to the fitted parts of a model in a folder: tagger, verdict, status, lists, codes, and what joins them."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sklearn.pipeline import Pipeline

from nlp_coder import tables
from nlp_coder.learn.answers import kept_spans
from nlp_coder.learn.fitting import SEED, as_linear, as_trees
from nlp_coder.learn.held_out import LOCKED_WRITERS, check_enough, check_joints
from nlp_coder.learn.joined import Joint, joined
from nlp_coder.learn.labels import writer_folds
from nlp_coder.learn.teach_codes import Example, code_examples, fit_code, fit_code_nets, found_examples, out_of_fold
from nlp_coder.learn.teach_context import fit_contexts
from nlp_coder.learn.teach_tagger import Reader, fit_spans, fit_split, tagged_lines
from nlp_coder.learn.teach_verdict import (
    FOLDS,
    first_odds,
    fit_first,
    fit_quiet,
    fit_second,
    fit_status,
    judged_records,
    out_of_writer,
    own_statuses,
    seen,
)
from nlp_coder.model import (
    FILES,
    FORMAT,
    PARTS,
    ModelError,
    digest_of,
    save_contexts,
    save_linear,
    save_nets,
    save_tagger,
    save_trees,
)

BESIDE = 1
"""So many of the nets that were taught to judge writers not seen answer beside the one that is taught on all. Log loss on notes
of ten writers not seen: one net .204, two .188, three .184, five .179; each costs as much time as the first."""


@dataclass(frozen=True)
class Taught:
    """manifest: as written into the folder. joint, examples and their code probabilities: predictions out of fold, which
    the model card measures. weak: how many activities of billed notes taught the codes as well."""

    manifest: dict[str, Any]
    joint: Joint
    examples: Sequence[Example]
    probabilities: Sequence[dict[str, float]]
    weak: int


def teach(
    records: Sequence[dict[str, Any]], folder: Path, *, name: str = "default", files: Sequence[Path] = (),
    say: Callable[[str], None] = print, weak: Callable[[Reader], Sequence[Example]] = lambda _: (), jobs: int = 1,
) -> Taught:  # fmt: skip
    """Fit every part on labelled records and write them with a manifest into an existing folder.

    files: where the records were read, for the manifest. weak: further examples for the codes alone. jobs: context nets
    taught at the same time. Raises LabelError where the records are too few or show nothing to be told apart.
    """
    check_enough(records)
    reader = Reader()
    readings = [reader.read(r["text"]) for r in records]
    check_joints(records, readings)
    examples = code_examples(records, readings)
    say(f"{len(examples)} activities")
    folds = list(writer_folds(records, FOLDS))
    say(f"context nets: {1 + len(folds)}")
    every = range(len(records))
    net, *fold_nets = fit_contexts(records, readings, [every, *(train for train, _ in folds)], jobs)
    save_contexts(folder / "context.npz", (net, *fold_nets[:BESIDE]))
    say("phrase tagger")
    lines = tagged_lines(records, readings)
    save_tagger(folder / "spans.npz", fit_spans(lines))
    say("verdicts: candidates of writers not seen")
    judged, tests = judged_records(records, readings, lines, folds, fold_nets), [test for _, test in folds]
    del lines
    say("verdicts: first and second opinion, status, notes with nothing performed")
    statuses = own_statuses(judged, tests)
    as_seen = seen(records, judged, readings, first_odds(judged, tests), statuses)
    opinions = out_of_writer(as_seen, statuses, tests)
    save_trees(folder / "second.npz", as_trees(fit_second(as_seen)))
    _keep(folder, "verdict", fit_first(judged))
    _keep(folder, "status", fit_status(judged))
    _keep(folder, "quiet", fit_quiet(records, judged, readings, opinions))
    say("codes out of fold; the weights that join rules, model, lexicon and heading; confidence")
    found = found_examples(records, readings, kept_spans(records, judged, opinions))
    probabilities, of_found = out_of_fold(records, examples, found=found)
    joint = joined(records, readings, examples, probabilities, (found, of_found), judged, opinions)
    say(f"weights {joint.weights.to_dict()}, temperature {joint.temperature:.3f}")
    say("list joints and codes")
    _keep(folder, "split", fit_split(records, readings))
    further = weak(reader)
    _keep(folder, "code", fit_code([*examples, *further]))
    save_nets(folder / "code_nets.npz", fit_code_nets(examples))
    manifest = _manifest(folder, name, files, records, joint)
    write_manifest(folder, manifest)
    return Taught(manifest, joint, examples, probabilities, len(further))


def keep_parts(folder: Path, manifest: dict[str, Any], parts: Sequence[str], origin: Path) -> None:
    """Put parts of another model in the place of newly taught ones; the manifest says which and whose.

    The weights and confidences that join the parts stay those fitted with the new ones. Raises ModelError where the other
    model has no such part.
    """
    theirs = json.loads((origin / "manifest.json").read_text(encoding="utf-8"))
    for part in parts:
        for name in PARTS[part]:
            if not (origin / name).is_file():
                raise ModelError(f"{origin}: it has no {name} to keep; leave out --keep {part}")
            for file in (name, f"{part}.skops"):
                if (origin / file).is_file():
                    shutil.copyfile(origin / file, folder / file)
    origin_of = {k: theirs[k] for k in ("name", "version", "digest", "kept") if k in theirs}
    manifest |= digests(folder) | {"kept": {"parts": list(parts), **origin_of}}
    write_manifest(folder, manifest)


def digests(folder: Path) -> dict[str, Any]:
    """The digests of a model's files and of them all, as the manifest names them."""
    files = {n: digest_of(folder / n) for n in FILES}
    return {"files": files, "digest": hashlib.sha256("".join(files[n] for n in FILES).encode()).hexdigest()}


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write manifest.json of a model folder."""
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _keep(folder: Path, name: str, model: Pipeline) -> None:
    import skops.io

    skops.io.dump(model, folder / f"{name}.skops", compression=zipfile.ZIP_DEFLATED, compresslevel=9)
    save_linear(folder / f"{name}.npz", as_linear(model))


DECIDING_ALONE = ("abilities.csv", "adjacent_cues.csv", "equipment.csv", "needed_words.csv", "no_visit_cues.csv")


def tables_digest() -> str:
    """SHA-256 of the tables that the parts learn with. Those that decide alone are none: what they say no part is taught."""
    root = tables.data_folder()
    learned_with = [p for p in sorted((root / "lexicon").glob("*.csv")) if p.name not in DECIDING_ALONE]
    digest = hashlib.sha256()
    for path in [*learned_with, root / "rules" / "coding_rules.csv"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _manifest(
    folder: Path, name: str, paths: Sequence[Path], records: Sequence[dict[str, Any]], joint: Joint
) -> dict[str, Any]:
    data = hashlib.sha256()
    for record in records:
        data.update(json.dumps(record, sort_keys=True, ensure_ascii=False).encode())
    return {
        "format": FORMAT, "name": name, "version": version("nlp-coder"), **digests(folder),
        "weights": joint.weights.to_dict(), "temperature": round(joint.temperature, 4),
        "certainty": joint.certainty.to_dict() if joint.certainty else None,
        "ruled_out_below": None if joint.ruled_out_below is None else round(joint.ruled_out_below, 4), "seed": SEED,
        "labels": {"files": [p.name for p in paths], "records": len(records), "digest": data.hexdigest(),
                   "locked_writers": sorted(LOCKED_WRITERS)},
        "tables_digest": tables_digest(),
        "libraries": {lib: version(lib) for lib in ("scikit-learn", "numpy", "spacy", "python-crfsuite", "skops")},
    }  # fmt: skip
