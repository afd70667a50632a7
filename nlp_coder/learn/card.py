"""The model card: what a model was taught on, how well it does and where it is weak, as Markdown, a page and pictures.

It is written into the model folder and stays beside the model; a model loads with or without it. It holds figures,
codes, and words that the lexicon has too: no other word of a label, so that a clinic's card can be passed on.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlp_coder.classify.linear import LinearModel
from nlp_coder.learn.answers import Answer, arrays
from nlp_coder.learn.card_figures import (
    by_code,
    confusion_pairs,
    error_interval,
    frequent_codes,
    learning_curve,
    split_counts,
    top_words,
    weaknesses,
)
from nlp_coder.learn.joined import Joint
from nlp_coder.learn.reliability import PRECISION, calibration_error, coverage_at
from nlp_coder.learn.teach_codes import Example

NAME = "card"


@dataclass(frozen=True)
class Measured:
    """What a card is written from. model: the code model. probabilities: of the examples' codes, out of fold. held:
    answers on the held-out notes."""

    manifest: dict[str, Any]
    model: LinearModel
    records: Sequence[dict[str, Any]]
    examples: Sequence[Example]
    probabilities: Sequence[dict[str, float]]
    joint: Joint
    held: Sequence[Answer]


@dataclass
class Section:
    """A part of the card: words, a table (head and rows), a picture (file name, what it shows)."""

    title: str
    words: list[str] = field(default_factory=list)
    head: tuple[str, ...] = ()
    rows: Sequence[tuple[str, ...]] = ()
    picture: tuple[str, str] | None = None


def write_card(folder: Path, measured: Measured, say: Callable[[str], None] = lambda words: None) -> None:
    """Write card.md, card.html and the pictures into a model folder.

    Without matplotlib (the extra `train`) the card has no pictures, and it says so.
    """
    pictures = _pictures(folder, measured, say)
    sections = card_sections(measured, pictures)
    (folder / f"{NAME}.md").write_text(_markdown(measured.manifest, sections), encoding="utf-8")
    (folder / f"{NAME}.html").write_text(_page(folder, measured.manifest, sections), encoding="utf-8")


def _pictures(folder: Path, m: Measured, say: Callable[[str], None]) -> dict[str, str]:
    """Picture -> file name, of those that could be drawn."""
    try:
        from nlp_coder.learn import card_pictures
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] != "matplotlib":
            raise
        say('the card has no pictures: matplotlib is missing; `pip install "nlp-coder[train]"` brings it')
        return {}
    curves = {"writers not seen": m.joint.performed, "held-out notes": m.held}
    drawn = {
        "reliability": card_pictures.reliability_picture(folder, curves, m.joint.plain),
        "coverage": card_pictures.coverage_picture(folder, curves),
        "confusion": card_pictures.confusion_picture(folder, m.joint.codes),
        "learning": card_pictures.learning_picture(folder, learning_curve(m.records, m.examples, m.probabilities)),
    }
    return {name: file for name, file in drawn.items() if file}


def card_sections(m: Measured, pictures: dict[str, str]) -> list[Section]:
    """The card's parts in order."""

    def picture(name: str, shows: str) -> tuple[str, str] | None:
        return (pictures[name], shows) if name in pictures else None

    figures = m.manifest.get("figures") or {}
    compared = m.manifest.get("compared")
    training = [
        f"Version {m.manifest['version']}, digest {m.manifest['digest'][:16]}, label digest {m.manifest['labels']['digest'][:16]}, "
        f"seed {m.manifest['seed']}. The same labels, tables and library versions give the same model.",
        "What is measured on labels is measured out of fold: on notes, writers and wordings that the part measured had not "
        "seen. Intervals are 95 % bootstrap intervals, drawn by note.",
    ]
    if m.manifest.get("forced"):
        training.append("It was put in place by force although it was worse than the model before it.")
    out = [
        Section("What it is for", [
            "Finding activities in physical and occupational therapy notes and proposing their codes, for a coder who checks them. "
            "It is no substitute for one, and says nothing of medical necessity or coverage.",
            "What the labels are, and who wrote them, is told where they come from (the project's own: data/README.md).",
        ]),
        Section("Data and splits", training, ("part", "notes", "phrases", "activities"), split_counts(m.records, m.manifest)),
        _held_section(m, figures, compared),
        _confidence_section(m, picture("reliability", "Share right by confidence")),
        Section("What may pass without a look", _coverage_words(m), picture=picture("coverage", "Precision by share that passes")),
        Section(
            "Codes",
            ["Labelled activities, each coded by a model that saw neither its note nor its wording; place and status given. A "
             "defensible code counts as the labelled one."],
            ("code", "labels", "F1", "95 %", "recall", "precision"), by_code(m.joint.codes),
        ),
        Section("Codes mixed up", ["Labelled code, code given, how often (out of fold)."], ("label", "given", "times"),
                confusion_pairs(m.joint.codes), picture("confusion", "Labelled code by code given, most frequent codes")),
        Section("More labels", ["The code model alone on wordings it had not seen, taught on a part of the labels. Finding and "
                "status have no such curve: each point would take a training of minutes."],
                picture=picture("learning", "Share with a defensible code by labels taught")),
        Section("What speaks for a code", ["The words with the highest weight in the code model, without their endings, of those the lexicon knows."],
                ("code", "words"), top_words(m.model, [c for c in frequent_codes(m.joint.codes) if c in m.model.classes])),
        Section("Known to be weak", weaknesses(m.joint.codes, m.joint.performed)),
    ]  # fmt: skip
    return [s for s in out if s.words or s.rows]


def _held_section(m: Measured, figures: dict[str, Any], compared: dict[str, Any] | None) -> Section:
    if not figures:
        return Section("Held-out notes", ["No note was held out, so that nothing could be compared."])
    words = [
        f"{figures['notes']} notes that no part was taught on (locked writers: "
        f"{', '.join(m.manifest['labels']['locked_writers'])}; of notes without a writer one in five): end-to-end F1 "
        f"{figures['end_to_end_f1']:.3f}, whole claims exact {_share(figures['claim_exact'])}."
    ]
    if compared:
        words.append(f"The model in use before: end-to-end F1 {compared['before']['end_to_end_f1']:.3f}.")
        words += [f"Worse than it: {fell}." for fell in compared["fell"]]
    rows = [(c, str(x["labels"]), f"{x['f1']:.2f}") for c, x in figures["by_code"].items()]
    return Section("Held-out notes", words, ("code", "labels", "F1, found and coded"), rows)


def _confidence_section(m: Measured, picture: tuple[str, str] | None) -> Section:
    rows = []
    for name, answers in (
        ("found as performed, writers not seen, confidence in the code alone", m.joint.plain),
        ("the same, place, status and code together (what a record says)", m.joint.performed),
        ("held-out notes, as the record says", m.held),
        ("codes of labelled activities", m.joint.codes),
    ):
        if answers:
            said, right = arrays(answers)
            low, high = error_interval(answers)
            rows.append((
                name, str(len(answers)), f"{right.mean():.3f}", f"{said.mean():.3f}", f"{calibration_error(said, right):.3f}",
                f"{low:.3f} to {high:.3f}",
            ))  # fmt: skip
    words = [
        "The confidence of an activity is that it was done in the visit, is rightly marked, and has a code that can be defended. "
        "The gap (expected calibration error, ten bins) tells how far confidence and share right are apart; of few activities it "
        "is never small."
    ]
    return Section("Confidence", words, ("answers", "number", "right", "mean confidence", "gap", "95 %"), rows, picture)


def _coverage_words(m: Measured) -> list[str]:
    out = []
    for name, answers in (("On writers not seen", m.joint.performed), ("On the held-out notes", m.held)):
        if answers:
            share, least = coverage_at(*arrays(answers))
            out.append(
                f"{name}, {share:.0%} of the activities found can be coded without a look at a precision of {PRECISION:.0%}"
                + (f": those from a confidence of {least:.2f} on." if share else ".")
            )
    return out


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _markdown(manifest: dict[str, Any], sections: Sequence[Section]) -> str:
    out = [f"# Model card: {manifest['name']}", ""]
    for s in sections:
        out += [f"## {s.title}", ""]
        for words in s.words:
            out += [words, ""]
        if s.rows:
            out += [f"| {' | '.join(s.head)} |", "|---" * len(s.head) + "|"]
            out += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in s.rows] + [""]
        if s.picture:
            out += [f"![{s.picture[1]}]({s.picture[0]})", ""]
    return "\n".join(out)


def _page(folder: Path, manifest: dict[str, Any], sections: Sequence[Section]) -> str:
    """One page with the pictures inside, readable wherever it is sent."""
    from jinja2 import Environment

    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        Path(__file__).with_name("card.html").read_text(encoding="utf-8")
    )
    pictures = {
        s.picture[0]: base64.b64encode((folder / s.picture[0]).read_bytes()).decode() for s in sections if s.picture
    }
    return template.render(name=manifest["name"], sections=sections, pictures=pictures) + "\n"
