"""Labels to a model folder: phrase tagger, verdict, status and code models, the weights that join them, a manifest.

    nlp-coder train data/labels/notes.jsonl data/labels/phrases.jsonl --out models/default

The same labels, tables and library versions give the same model: every step has a fixed order and seed.
"""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from joblib import cpu_count

from nlp_coder.coder import Coder
from nlp_coder.extract.lexicon import valid_codes
from nlp_coder.learn.answers import Answer, found_answers
from nlp_coder.learn.card import Measured, write_card
from nlp_coder.learn.compare import CODE, HEADLINE, WorseModel, coded_again, fallen, figures, figures_of
from nlp_coder.learn.held_out import split_off
from nlp_coder.learn.label_input import read_label_set
from nlp_coder.learn.teach import keep_parts, teach, write_manifest
from nlp_coder.learn.teach_codes import Example, code_examples
from nlp_coder.learn.teach_tagger import Reader
from nlp_coder.learn.weak_labels import WEIGHT, weak_records
from nlp_coder.model import load_linear


def train(
    paths: Sequence[Path], out: Path, *, name: str = "default", say: Callable[[str], None] = print,
    against: Path | None = None, strict: bool = False, force: bool = False, keep: Sequence[str] = (),
) -> dict[str, Any]:  # fmt: skip
    """Train on labelled notes and phrases and write the model folder; the manifest is returned.

    The folder is written beside `out` and put in its place at the end: an interrupted run leaves the old one.
    against: the model in use, with which the new one is compared on notes held out of training; strict: whether the new
    one would replace it. Raises LabelError for labels that cannot be used, and, where strict and not forced, WorseModel for
    a model that is worse than `against` by more than the margins. The manifest says what fell. keep: parts (see
    `model.PARTS`) that stay those of `against`.
    """
    labels = read_label_set(paths, valid_codes())
    parts = split_off(labels.records)
    records, held = parts.taught, parts.held
    say(
        f"{len(records)} records to learn from, {len(held)} notes held out; {parts.locked} records are of the locked split, "
        f"{parts.copies} nearly copies of held-out notes"
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as temporary:
        folder = Path(temporary, "model")
        folder.mkdir()

        def weak(reader: Reader) -> list[Example]:
            return _weak_examples(labels.history, against, reader, say)

        taught = teach(records, folder, name=name, files=paths, say=say, weak=weak, jobs=cpu_count())
        manifest = taught.manifest
        if keep and against is not None:
            keep_parts(folder, manifest, keep, against)
            say(f"kept of the model in use: {', '.join(keep)}")
        manifest["labels"] |= {
            "held_out_notes": len(held),
            "weak": {"notes": len(labels.history), "activities": taught.weak, "weight": WEIGHT},
        }
        write_manifest(folder, manifest)
        compared, answers = _compared(folder, held, against, strict and not force, say)
        manifest |= {"forced": force} | compared
        write_manifest(folder, manifest)
        say("the model card")
        write_card(
            folder,
            Measured(
                manifest,
                load_linear(folder / "code.npz"),
                records,
                taught.examples,
                taught.probabilities,
                taught.joint,
                answers,
            ),
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


def _put(folder: Path, out: Path) -> None:
    old = out.with_name(out.name + ".old")
    if out.exists():
        out.rename(old)
    folder.rename(out)
    if old.exists():
        shutil.rmtree(old)
