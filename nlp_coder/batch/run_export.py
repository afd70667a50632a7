"""A whole export coded: rows in, results into the journal, the output and the list of errors written at the end."""

from __future__ import annotations

import itertools
import os
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp_coder.batch.copy_forward import CopyForward, Visit
from nlp_coder.batch.error_rows import ErrorRows
from nlp_coder.batch.journal import Journal
from nlp_coder.batch.note_stream import CodesNotes
from nlp_coder.batch.rendering import Rendering
from nlp_coder.batch.workers import Result, Workers, chunks
from nlp_coder.exports.note_rows import BadRow, NoteRow
from nlp_coder.exports.partitions import write_partitioned
from nlp_coder.exports.result_file import result_file
from nlp_coder.exports.spreadsheet import SafeRows
from nlp_coder.exports.whole_output import write_whole

PAYS_FROM = 2000
"""Rows from which further processes pay: each takes seconds to load the model."""


@dataclass
class Tally:
    """What a run came to. rows = coded + errors, always."""

    rows: int = 0
    coded: int = 0
    errors: int = 0
    alerts: int = 0
    review: int = 0

    def count(self, result: dict[str, Any]) -> None:
        """One more result."""
        self.rows += 1
        if "error" in result:
            self.errors += 1
            return
        self.coded += 1
        self.alerts += sum(1 for _, severity in result["alerts"] if severity == "error")
        self.review += result["review"] == "review"


def code_rows(
    rows: Iterable[NoteRow | BadRow],
    journal: Journal,
    rendering: Rendering,
    *,
    load: Callable[[], CodesNotes],
    model: Path | None,
    jobs: int | None,
    after: Callable[[Tally], None] = lambda tally: None,
    each: Callable[[Result], None] = lambda result: None,
) -> Tally:
    """Code all rows that the journal does not hold yet and keep their results in it.

    load: gives the coder for work in this process. jobs: processes; None for as many as pay. Results do not depend on it.
    each: is given every result once, those that the journal held first. Visits that repeat one of another day get their
    alert here, since only here all rows come by in order.
    """
    tally, visits = Tally(), CopyForward()
    for result in journal.results():
        if "visit" in result:
            visits.check(Visit.unpacked(result["visit"]))  # its alert is in the result already
        tally.count(result)
        each(result)
    stream = iter(rows)
    # the rows that are done are read again, so that steps over the rows have seen them
    for _ in itertools.islice(stream, journal.done):
        pass
    if jobs is None:
        ahead = list(itertools.islice(stream, PAYS_FROM))
        jobs = (os.cpu_count() or 1) if len(ahead) == PAYS_FROM else 1
        stream = itertools.chain(ahead, stream)
    for results in _results(stream, rendering, load, model, jobs):
        results = [compared(r, visits, rendering) for r in results]
        journal.add(results)
        for result in results:
            tally.count(result)
            each(result)
        after(tally)
    return tally


def compared(result: Result, visits: CopyForward, rendering: Rendering) -> Result:
    """A result as it is kept: with its alert if it is copied, without the note that this took."""
    if "visit" in result and (alert := visits.check(Visit.unpacked(result["visit"]))) is not None:
        result = rendering.with_alert(result, alert)
    return {k: v for k, v in result.items() if k != "note"}


def _results(
    rows: Iterator[NoteRow | BadRow],
    rendering: Rendering,
    load: Callable[[], CodesNotes],
    model: Path | None,
    jobs: int,
) -> Iterator[list[Result]]:
    if jobs == 1:
        coder = None
        for chunk in chunks(rows):
            coder = coder or load()
            yield [rendering.result(row, coder) for row in chunk]
        return
    with Workers(jobs, rendering, model) as workers:
        yield from workers.results(rows)


def write_output(journal: Journal, output: Path, rendering: Rendering, review_file: Path | None = None) -> Path:
    """The output, the list of errors and the notes to review, from the journal. Gives the path of the errors."""
    with ErrorRows(output) as errors:
        for result in journal.results():
            if "error" in result:
                errors.add(BadRow(*result["error"]))
        if review_file is not None:
            write_whole(review_file, rendering.shape, _worst_first(journal))
        if rendering.partition is not None:
            values = ((r["partition"], r["out"]) for r in journal.results() if "out" in r)
            write_partitioned(output, rendering.shape, rendering.partition, values)
            return errors.path
        parts = (r["out"] for r in journal.results() if "out" in r)
        write_whole(output, rendering.shape, itertools.chain([rendering.header], parts) if rendering.header else parts)
    return errors.path


def write_all_queries(journal: Journal, path: Path) -> int:
    """The sheet of questions to the therapists, notes without any left out. How many notes have some."""
    number = 0
    with result_file(path) as handle:
        for result in journal.results():
            if asked := result.get("queries"):
                handle.write(asked)
                number += 1
    return number


def left_out_path(output: Path) -> Path:
    """Where the lines are listed that a claim-ready output leaves out."""
    return output.with_name(output.name + ".left_out.csv")


def write_left_out(journal: Journal, output: Path) -> int:
    """List the lines that a claim-ready output leaves out, each with its reason; without any, an older list goes. How many."""
    path, number = left_out_path(output), 0
    rows = (row for result in journal.results() for row in result.get("left_out", ()))
    first = next(rows, None)
    if first is None:
        path.unlink(missing_ok=True)
        return 0
    with result_file(path) as handle:
        listed = SafeRows(handle, ("id", "code", "why"))
        for row in itertools.chain([first], rows):
            listed.write(row)
            number += 1
    return number


def _worst_first(journal: Journal) -> Iterator[str]:
    """The notes to review: most errors first, then the least sure. Only numbers are kept in memory, never notes."""
    keys = array("d")
    places = array("Q")
    for place, result in enumerate(journal.results()):
        if result.get("review") == "review":
            severe = sum(1 for _, severity in result["alerts"] if severity == "error")
            keys.append(-severe + (result["confidence"] or 0.0) / 2)
            places.append(place)
    order = sorted(range(len(places)), key=lambda i: (keys[i], places[i]))
    step = 20_000
    for start in range(0, len(order), step):
        wanted = {places[i]: n for n, i in enumerate(order[start : start + step])}
        parts = {}
        for place, result in enumerate(journal.results()):
            if place in wanted:
                parts[wanted[place]] = result["out"]
        for number in range(len(wanted)):
            yield parts[number]
