"""Labels to a model folder: phrase tagger, status model, code model, the weights that join them, and a manifest.

    nlp-coder train data/labels/notes.jsonl data/labels/phrases.jsonl --out models/default

The same labels, tables and library versions give the same model: every step has a fixed order and seed.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from nlp_coder import tables
from nlp_coder.bill.rulebook import load_rulebook
from nlp_coder.classify.describe import describe, told_heading
from nlp_coder.classify.described import Described
from nlp_coder.classify.features import code_features
from nlp_coder.classify.linear import LinearModel
from nlp_coder.classify.rules import match
from nlp_coder.classify.weigh import Voices, Weights
from nlp_coder.extract.pipeline import activity_candidates, shipped_lexicon
from nlp_coder.extract.reading import Reading
from nlp_coder.extract.spans import LABELS, TaggerWeights, gold_labels
from nlp_coder.extract.token_features import line_features
from nlp_coder.extract.split import JOINT_ONLY, joint_features, joints
from nlp_coder.extract.tokens import ShorthandTokenizer
from nlp_coder.extract.verdict import NO_ACTIVITY, status_before, verdict_features
from nlp_coder.learn.labels import Twins, folds, match_spans, read_labels, wording
from nlp_coder.learn.weights import fit_weights
from nlp_coder.model import FILES, FORMAT, SPLIT_AT, digest_of, save_linear, save_tagger
from nlp_coder.note import Evidence

SEED = 20261124
CODE_C, VERDICT_C, SPLIT_C = 3.0, 0.3, 0.5
CRF = {"c1": 0.0, "c2": 0.5, "max_iterations": 150, "feature.possible_transitions": True, "feature.minfreq": 3}
TOLERANCE = 2e-3
"""Where fitting stops: measured out of fold, going on to 1e-4 takes eight times as long and is no better."""

RARE = 2
"""Features seen in fewer examples are left out of the linear models."""
LOCKED_WRITERS = frozenset({"w4"})
"""Writers whose notes and phrases are the locked test split: never trained on."""


@dataclass(frozen=True)
class Example:
    """A labelled activity as the code model meets it. heading: the code its block stands for or was written with."""

    record: int
    described: Described
    votes: list[Evidence]
    features: list[str]
    code: str
    acceptable: tuple[str, ...]
    heading: str | None


class Reader:
    """Reads texts as the pipeline does, without the trained parts."""

    def __init__(self) -> None:
        import spacy

        self._tokenizer = ShorthandTokenizer(spacy.blank("en").vocab)

    def read(self, text: str) -> Reading:
        """The reading of a text."""
        doc = self._tokenizer(text)
        return Reading(text, [t.text for t in doc], [t.idx for t in doc], shipped_lexicon())


def code_examples(records: Sequence[dict[str, Any]], readings: Sequence[Reading]) -> list[Example]:
    """Every activity of the records as an example for the code model."""
    out = []
    for i, (record, reading) in enumerate(zip(records, readings, strict=True)):
        places = [(a["start"], a["end"]) for a in record["activities"]]
        for a in record["activities"]:
            described, _ = describe(reading, a["start"], a["end"], places, discipline=record.get("discipline"))
            votes = match(described)
            block = reading.layout.block_at(a["start"])
            heading = block.code if block else told_heading(reading, a["start"], places)[1]
            acceptable = tuple(dict.fromkeys([a["code"], *(a.get("acceptable") or ())]))
            out.append(Example(i, described, votes, code_features(described, votes), a["code"], acceptable, heading))
    return out


def fit_linear(features: Sequence[list[str]], labels: Sequence[str], weights: Sequence[float], c: float) -> Pipeline:
    """A DictVectorizer and a LogisticRegression over feature names."""
    model = Pipeline([
        ("vectorize", DictVectorizer(dtype=np.float32)),
        ("classify", LogisticRegression(C=c, max_iter=500, tol=TOLERANCE, random_state=SEED)),
    ])  # fmt: skip
    counts = Counter(name for f in features for name in f)
    kept = [{name: 1.0 for name in f if counts[name] >= RARE} for f in features]
    model.fit(kept, list(labels), classify__sample_weight=list(weights))
    classifier = model.named_steps["classify"]
    classifier.coef_ = classifier.coef_.astype(np.float32)  # half the size on disk, the same answers
    return model


def as_linear(model: Pipeline) -> LinearModel:
    """The pipeline's arrays in the form that is applied without scikit-learn; weights of no effect are left out."""
    vectorizer, classifier = model.named_steps["vectorize"], model.named_steps["classify"]
    coefficients, intercept = classifier.coef_, classifier.intercept_
    if len(classifier.classes_) == 2:  # one column speaks for the second class; softmax over (0, x) is its sigmoid
        coefficients, intercept = (
            np.vstack([0 * coefficients, coefficients]),
            np.concatenate([0 * intercept, intercept]),
        )
    weights = coefficients.T.astype(np.float16).astype(np.float32)
    kept = np.abs(weights).max(axis=1) >= 0.003
    names = [n for n, k in zip(vectorizer.feature_names_, kept, strict=True) if k]
    return LinearModel(
        tuple(str(c) for c in classifier.classes_), {n: i for i, n in enumerate(names)}, weights[kept],
        intercept.astype(np.float32),
    )  # fmt: skip


def fit_code(examples: Sequence[Example]) -> Pipeline:
    """The code model; an activity with several defensible codes teaches each, the best one most."""
    features, labels, weights = [], [], []
    for e in examples:
        for i, code in enumerate(e.acceptable):
            features.append(e.features)
            labels.append(code)
            weights.append(1.0 if len(e.acceptable) == 1 else 0.75 if i == 0 else 0.25 / (len(e.acceptable) - 1))
    return fit_linear(features, labels, weights, CODE_C)


def split_examples(record: dict[str, Any], reading: Reading) -> Iterator[tuple[list[str], str]]:
    """(features, `split` or `keep`) of every joint between and inside the activities of a record."""
    activities = record["activities"]
    for a in activities:
        for start, end in joints(a["quote"]):
            yield joint_features(reading, a["start"], (a["start"] + start, a["start"] + end), a["end"]), "keep"
    for a, b in itertools.pairwise(activities):
        if b["start"] > a["end"] and JOINT_ONLY.fullmatch(reading.text[a["end"] : b["start"]]):
            yield joint_features(reading, a["start"], (a["end"], b["start"]), b["end"]), "split"


def fit_split(records: Sequence[dict[str, Any]], readings: Sequence[Reading]) -> Pipeline:
    """The model that takes lists apart."""
    rows = [x for record, reading in zip(records, readings, strict=True) for x in split_examples(record, reading)]
    return fit_linear([f for f, _ in rows], [label for _, label in rows], [1.0] * len(rows), SPLIT_C)


def verdict_examples(
    record: dict[str, Any], reading: Reading, tagger: TaggerWeights, split: LinearModel
) -> Iterator[tuple[list[str], str]]:
    """(features, label) of every candidate of a record; a candidate that matches no labelled activity is `none`."""
    every = activity_candidates(reading, tagger, lambda f: split.probabilities(f)["split"] >= SPLIT_AT)
    gold = record["activities"]
    labels = [NO_ACTIVITY] * len(every)
    for i, j in match_spans([(a["start"], a["end"]) for a in gold], [(c.start, c.end) for c in every]):
        labels[j] = gold[i]["status"]
    spans = [(c.start, c.end) for c in every]
    found: list[tuple[int, int, str]] = []
    for candidate, label in zip(every, labels, strict=True):
        yield verdict_features(reading, candidate, every, spans, status_before(reading, candidate.start, found)), label
        if label != NO_ACTIVITY:
            found.append((candidate.start, candidate.end, label))


def fit_verdict(records: Sequence[dict[str, Any]], readings: Sequence[Reading], k: int = 3) -> Pipeline:
    """The verdict model, taught on candidates of taggers that had not seen the note."""
    features: list[list[str]] = []
    labels: list[str] = []
    for train, test in folds(records, k):
        taught = [records[i] for i in train], [readings[i] for i in train]
        tagger = fit_spans(*taught)
        split = as_linear(fit_split(*taught))
        for i in test:
            for f, label in verdict_examples(records[i], readings[i], tagger, split):
                features.append(f)
                labels.append(label)
    return fit_linear(features, labels, [1.0] * len(labels), VERDICT_C)


def fit_spans(records: Sequence[dict[str, Any]], readings: Sequence[Reading]) -> TaggerWeights:
    """The phrase tagger. Each text is learned twice: as it is, and with a random half of its lexicon terms unknown."""
    import pycrfsuite

    rng = random.Random(SEED)
    trainer = pycrfsuite.Trainer(verbose=False)
    for record, reading in zip(records, readings, strict=True):
        spans = [(a["start"], a["end"]) for a in record["activities"]]
        known = sorted({m.term.term for m in reading.terms})
        dropped = frozenset(t for t in known if rng.random() < 0.5)
        for drop in {frozenset(): None, dropped: None}:
            for index, features in line_features(reading, drop):
                trainer.append(features, gold_labels(reading, index, spans))
    trainer.set_params(CRF)
    with tempfile.TemporaryDirectory() as temporary:
        path = str(Path(temporary, "spans.crf"))
        trainer.train(path)
        return _tagger_weights(path)


def _tagger_weights(path: str) -> TaggerWeights:
    """The weights of a CRFsuite model file."""
    import pycrfsuite

    tagger = pycrfsuite.Tagger()
    tagger.open(path)
    info = tagger.info()
    names = sorted({name for name, _ in info.state_features if "\n" not in name})
    vocabulary = {name: i for i, name in enumerate(names)}
    place = {label: i for i, label in enumerate(LABELS)}
    weights = np.zeros((len(names), len(LABELS)), np.float32)
    for (name, label), weight in info.state_features.items():
        if name in vocabulary:
            weights[vocabulary[name], place[label]] = weight
    steps = np.zeros((len(LABELS), len(LABELS)), np.float32)
    for (before, after), weight in info.transitions.items():
        steps[place[before], place[after]] = weight
    return TaggerWeights(vocabulary, weights, steps)


def out_of_fold(records: Sequence[dict[str, Any]], examples: Sequence[Example], k: int = 5) -> list[dict[str, float]]:
    """Each example's code probabilities from a model that saw neither its note nor a twin of its wording."""
    by_record: dict[int, list[int]] = {}
    for j, e in enumerate(examples):
        by_record.setdefault(e.record, []).append(j)
    words = [wording(e.described.phrase) for e in examples]
    out: list[dict[str, float]] = [{} for _ in examples]
    for train, test in folds(records, k):
        tested = [j for i in test for j in by_record.get(i, ())]
        twins = Twins({words[j] for j in tested})
        taught = [examples[j] for i in train for j in by_record.get(i, ()) if not twins.has(words[j])]
        model = as_linear(fit_code(taught))
        for j in tested:
            out[j] = model.probabilities(examples[j].features)
    return out


def train(
    paths: Sequence[Path], out: Path, *, name: str = "default", say: Callable[[str], None] = print
) -> dict[str, Any]:
    """Train on labelled notes and phrases and write the model folder; the manifest is returned.

    The folder is written beside `out` and put in its place at the end: an interrupted run leaves the old one.
    Raises LabelError for labels that cannot be used.
    """
    known = frozenset(c for c, r in load_rulebook().codes.items() if r.deleted_from is None)
    every = read_labels(paths, known)
    records = [r for r in every if r.get("writer") not in LOCKED_WRITERS]
    say(f"{len(records)} records to learn from, {len(every) - len(records)} kept out as the locked split")
    reader = Reader()
    readings = [reader.read(r["text"]) for r in records]
    examples = code_examples(records, readings)
    say(f"{len(examples)} activities; codes out of fold")
    probabilities = out_of_fold(records, examples)
    voices = [
        Voices(p, e.votes, e.described.lexicon_code, e.described.lexicon_also, e.heading)
        for p, e in zip(probabilities, examples, strict=True)
    ]
    weights = fit_weights(voices, [e.acceptable for e in examples])
    say(f"weights {weights.to_dict()}")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as temporary:
        folder = Path(temporary, "model")
        folder.mkdir()
        say("phrase tagger")
        save_tagger(folder / "spans.npz", fit_spans(records, readings))
        say("list joints, verdicts and codes")
        _keep(folder, "split", fit_split(records, readings))
        _keep(folder, "verdict", fit_verdict(records, readings))
        _keep(folder, "code", fit_code(examples))
        manifest = _manifest(folder, name, paths, records, weights)
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        _put(folder, out)
    say(f"written to {out} (digest {manifest['digest'][:12]})")
    return manifest


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
        for path in old.iterdir():
            path.unlink()
        old.rmdir()


def _manifest(
    folder: Path, name: str, paths: Sequence[Path], records: Sequence[dict[str, Any]], weights: Weights
) -> dict[str, Any]:
    data = hashlib.sha256()
    for record in records:
        data.update(json.dumps(record, sort_keys=True, ensure_ascii=False).encode())
    tables_digest = hashlib.sha256()
    for path in sorted((tables.data_folder() / "lexicon").glob("*.csv")) + sorted(
        (tables.data_folder() / "rules").glob("coding_rules.csv")
    ):
        tables_digest.update(path.read_bytes())
    files = {n: digest_of(folder / n) for n in FILES}
    digest = hashlib.sha256("".join(files[n] for n in FILES).encode()).hexdigest()
    return {
        "format": FORMAT, "name": name, "version": version("nlp-coder"), "digest": digest, "files": files,
        "weights": weights.to_dict(), "temperature": 1.0, "seed": SEED,
        "labels": {"files": [p.name for p in paths], "records": len(records), "digest": data.hexdigest(),
                   "locked_writers": sorted(LOCKED_WRITERS)},
        "tables_digest": tables_digest.hexdigest(),
        "libraries": {lib: version(lib) for lib in ("scikit-learn", "numpy", "spacy", "python-crfsuite", "skops")},
    }  # fmt: skip
