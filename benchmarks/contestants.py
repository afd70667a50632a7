"""Notes a second of one pipeline in one process: `python contestants.py NAME NOTES.json TERMS.json SECONDS`.

Runs in the Python that has the pipeline, which need not have nlp-coder; that is why this file imports nothing before it must.
Loading is not counted. Each makes passes over the same notes until SECONDS are over, one pass at least, and the best pass counts.
Seconds are those of the processor, all threads together: what else runs on the machine hardly changes them.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[[list[str]], None]
"""Puts the notes through the pipeline once."""


def floor(terms: list[str]) -> Run:
    """spaCy's tokenisation and nothing else: what any spaCy pipeline costs at least."""
    import spacy

    return _each(spacy.blank("en"))


def ruler(terms: list[str]) -> Run:
    """Tokenisation and an EntityRuler with our terms, any case."""
    import spacy

    nlp = spacy.blank("en")
    ruler: Any = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    ruler.add_patterns([{"label": "ACTIVITY", "pattern": term} for term in terms])
    return _each(nlp)


def eds(terms: list[str]) -> Run:
    """edsnlp: its tokeniser and sentences, our terms, negation."""
    import edsnlp
    import edsnlp.pipes as pipes

    nlp = edsnlp.blank("eds")
    nlp.add_pipe(pipes.sentences())
    nlp.add_pipe(pipes.matcher(terms={"activity": terms}, attr="LOWER"))
    nlp.add_pipe(pipes.negation())
    return _each(nlp)


def medspacy(terms: list[str]) -> Run:
    """medspaCy as it loads: its tokeniser, sentences, our terms, ConText. Its debug log is switched off, which favours it."""
    import medspacy
    from loguru import logger
    from medspacy.target_matcher import TargetRule

    logger.remove()
    nlp = medspacy.load()
    nlp.get_pipe("medspacy_target_matcher").add([TargetRule(term, "ACTIVITY") for term in terms])
    return _each(nlp)


def ours(terms: list[str]) -> Run:
    """nlp-coder from text to file: find, code, bill, check, and write whole records, as `batch --jobs 1` does."""
    from nlp_coder.batch.journal import Journal
    from nlp_coder.batch.rendering import Rendering
    from nlp_coder.batch.run_export import code_rows, write_output
    from nlp_coder.coder import Coder
    from nlp_coder.exports.note_rows import NoteRow
    from nlp_coder.note import VisitContext

    coder = Coder.load()

    def run(notes: list[str]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            output, rendering = Path(folder) / "coded.jsonl", Rendering(".jsonl", None)
            journal = Journal(output, {}, resume=False, restart=False)
            rows = (NoteRow(i, str(i), note, VisitContext()) for i, note in enumerate(notes, start=1))
            code_rows(rows, journal, rendering, load=lambda: coder, model=None, jobs=1)
            write_output(journal, output, rendering)
            journal.close(remove=True)

    return run


def _each(nlp: Callable[[str], object]) -> Run:
    def run(notes: list[str]) -> None:
        for note in notes:
            nlp(note)

    return run


CONTESTANTS: dict[str, Callable[[list[str]], Run]] = {
    "floor": floor, "ruler": ruler, "edsnlp": eds, "medspacy": medspacy, "nlp-coder": ours,
}  # fmt: skip


def rate(name: str, notes: list[str], terms: list[str], seconds: float) -> float:
    """Notes a second in the best pass, after a short warming up on notes of the same kind."""
    run = CONTESTANTS[name](terms)
    run(notes[:20])
    best, start = 0.0, time.process_time()
    while best == 0.0 or time.process_time() - start < seconds:
        before = time.process_time()
        run(notes)
        best = max(best, len(notes) / (time.process_time() - before))
    return best


if __name__ == "__main__":
    _, name, notes_file, terms_file, seconds = sys.argv
    print(
        rate(name, json.loads(Path(notes_file).read_text()), json.loads(Path(terms_file).read_text()), float(seconds))
    )
