"""Labels to a model folder: phrase tagger, verdict, status and code models, the weights that join them, a manifest.

    nlp-coder train data/labels/notes.jsonl data/labels/phrases.jsonl --out models/default

The same labels, tables and library versions give the same model: every step has a fixed order and seed.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sklearn.pipeline import Pipeline

from nlp_coder import tables
from nlp_coder.bill.rulebook import load_rulebook
from nlp_coder.coder import Coder
from nlp_coder.learn.answers import Answer, found_answers, kept_spans
from nlp_coder.learn.card import Measured, write_card
from nlp_coder.learn.compare import CODE, HEADLINE, WorseModel, coded_again, fallen, figures, figures_of
from nlp_coder.learn.fitting import SEED, as_linear, as_trees
from nlp_coder.learn.held_out import LOCKED_WRITERS, check_enough, check_joints, split_off
from nlp_coder.learn.joined import Joint, joined
from nlp_coder.learn.label_input import read_label_set
from nlp_coder.learn.teach_codes import Example, code_examples, fit_code, found_examples, out_of_fold
from nlp_coder.learn.teach_tagger import Reader, fit_spans, fit_split, tagged_lines
from nlp_coder.learn.teach_verdict import (
    first_odds,
    fit_first,
    fit_quiet,
    fit_second,
    fit_status,
    judged_records,
    out_of_writer,
)
from nlp_coder.learn.weak_labels import WEIGHT, weak_records
from nlp_coder.model import FILES, FORMAT, digest_of, load_linear, save_linear, save_tagger, save_trees


def train(
    paths: Sequence[Path], out: Path, *, name: str = "default", say: Callable[[str], None] = print,
    against: Path | None = None, strict: bool = False, force: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Train on labelled notes and phrases and write the model folder; the manifest is returned.

    The folder is written beside `out` and put in its place at the end: an interrupted run leaves the old one.
    against: the model in use, with which the new one is compared on notes held out of training; strict: whether the new
    one would replace it. Raises LabelError for labels that cannot be used, and, where strict and not forced, WorseModel for
    a model that is worse than `against` by more than the margins. The manifest says what fell.
    """
    known = frozenset(c for c, r in load_rulebook().codes.items() if r.deleted_from is None)
    labels = read_label_set(paths, known)
    parts = split_off(labels.records)
    records, held = parts.taught, parts.held
    say(
        f"{len(records)} records to learn from, {len(held)} notes held out; {parts.locked} records are of the locked split, "
        f"{parts.copies} nearly copies of held-out notes"
    )
    check_enough(records)
    reader = Reader()
    readings = [reader.read(r["text"]) for r in records]
    check_joints(records, readings)
    examples = code_examples(records, readings)
    say(f"{len(examples)} activities")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as temporary:
        folder = Path(temporary, "model")
        folder.mkdir()
        say("phrase tagger")
        lines = tagged_lines(records, readings)
        save_tagger(folder / "spans.npz", fit_spans(lines))
        say("verdicts: candidates of writers not seen")
        judged, tests = judged_records(records, readings, lines)
        del lines
        say("verdicts: first and second opinion, status, notes with nothing performed")
        odds = first_odds(judged, tests)
        opinions = out_of_writer(records, judged, readings, odds, tests)
        second = fit_second(records, judged, readings, odds)
        save_trees(folder / "second.npz", as_trees(second))
        _keep(folder, "verdict", fit_first(judged))
        _keep(folder, "status", fit_status(judged))
        _keep(folder, "quiet", fit_quiet(records, judged, readings, opinions))
        say("codes out of fold; the weights that join rules, model, lexicon and heading; confidence")
        found = found_examples(records, readings, kept_spans(records, judged, opinions))
        probabilities, of_found = out_of_fold(records, examples, found=found)
        joint = joined(records, examples, probabilities, (found, of_found), judged, opinions)
        say(f"weights {joint.weights.to_dict()}, temperature {joint.temperature:.3f}")
        say("list joints and codes")
        _keep(folder, "split", fit_split(records, readings))
        weak = _weak_examples(labels.history, against, reader, say)
        _keep(folder, "code", fit_code([*examples, *weak]))
        manifest = _manifest(folder, name, paths, records, joint)
        manifest["labels"] |= {
            "held_out_notes": len(held),
            "weak": {"notes": len(labels.history), "activities": len(weak), "weight": WEIGHT},
        }
        _write_manifest(folder, manifest)
        compared, answers = _compared(folder, held, against, strict and not force, say)
        manifest |= {"forced": force} | compared
        _write_manifest(folder, manifest)
        say("the model card")
        write_card(
            folder,
            Measured(manifest, load_linear(folder / "code.npz"), records, examples, probabilities, joint, answers),
            say,
        )
        _put(folder, out)
    say(f"written to {out} (digest {manifest['digest'][:12]})")
    return manifest


def _weak_examples(
    history: Sequence[dict[str, Any]], against: Path | None, reader: Reader, say: Callable[[str], None]
) -> list[Example]:
    """What the billed codes of past notes teach, by the model in use."""
    if not history:
        return []
    say(f"{len(history)} notes with billed codes, each activity counted {WEIGHT}")
    records = weak_records(history, Coder.load(against))
    examples = code_examples(records, [reader.read(r["text"]) for r in records])
    return [dataclasses.replace(e, weight=WEIGHT) for e in examples]


def _compared(
    folder: Path, held: Sequence[dict[str, Any]], against: Path | None, strict: bool, say: Callable[[str], None]
) -> tuple[dict[str, Any], list[Answer]]:
    """For the manifest: the figures on the held-out notes, those of the model in use, and what fell; and the answers."""
    if not held:
        say("no note is held out: the model is not compared")
        return {"figures": None, "parent": None}, []
    say(f"figures on {len(held)} held-out notes")
    gold, coded = coded_again(held, Coder.load(folder))
    after = figures_of(gold, coded)
    out: dict[str, Any] = {"figures": {"notes": len(held), **after.to_dict()}, "parent": None}
    if against is not None:
        coder = Coder.load(against)
        before = figures(held, coder)
        worse = fallen(before, after)
        say(f"end-to-end F1 on them {after.headline:.3f}; the model in use: {before.headline:.3f}")
        if worse and strict:
            raise WorseModel(
                "the new model is worse than the one in use and was not written: " + "; ".join(worse) + ". Look at the "
                "labels with `nlp-coder labels audit`, or write it all the same with --force"
            )
        for words in worse:
            say(f"worse than the model in use: {words}")
        named = {k: coder.versions[k] for k in ("name", "version", "digest")}
        margins = {"headline": HEADLINE, "code": CODE}
        out |= {
            "parent": named,
            "compared": {"before": before.to_dict(), "margins": margins, "fell": worse},
        }
    return out, found_answers(gold, coded)


def _write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _keep(folder: Path, name: str, model: Pipeline) -> None:
    import skops.io

    skops.io.dump(model, folder / f"{name}.skops", compression=zipfile.ZIP_DEFLATED, compresslevel=9)
    save_linear(folder / f"{name}.npz", as_linear(model))


def _put(folder: Path, out: Path) -> None:
    old = out.with_name(out.name + ".old")
    if out.exists():
        out.rename(old)
    folder.rename(out)
    if old.exists():
        shutil.rmtree(old)


def tables_digest() -> str:
    """SHA-256 of the tables that the parts learn with. Adjacent cues are none: what they say no part is taught."""
    root = tables.data_folder()
    learned_with = [p for p in sorted((root / "lexicon").glob("*.csv")) if p.name != "adjacent_cues.csv"]
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
    files = {n: digest_of(folder / n) for n in FILES}
    digest = hashlib.sha256("".join(files[n] for n in FILES).encode()).hexdigest()
    return {
        "format": FORMAT, "name": name, "version": version("nlp-coder"), "digest": digest, "files": files,
        "weights": joint.weights.to_dict(), "temperature": round(joint.temperature, 4),
        "certainty": joint.certainty.to_dict() if joint.certainty else None, "seed": SEED,
        "labels": {"files": [p.name for p in paths], "records": len(records), "digest": data.hexdigest(),
                   "locked_writers": sorted(LOCKED_WRITERS)},
        "tables_digest": tables_digest(),
        "libraries": {lib: version(lib) for lib in ("scikit-learn", "numpy", "spacy", "python-crfsuite", "skops")},
    }  # fmt: skip
