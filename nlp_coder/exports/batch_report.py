"""A page of figures over a coded export: codes, units, alerts by kind and therapist, confidence, review. No note text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlp_coder.exports.code_labels import label_of
from nlp_coder.exports.result_file import result_file

if TYPE_CHECKING:
    from jinja2 import Template

BANDS = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart. share: its length, 0-1 of the longest."""

    label: str
    count: int
    words: str
    share: float


def write_report(path: Path, results: Iterable[Mapping[str, Any]], name: str) -> None:
    """Write the page from the results of a run (see batch.rendering). Only counts are kept in memory."""
    lines: Counter[str] = Counter()
    units: Counter[str] = Counter()
    alerts: Counter[str] = Counter()
    severities: dict[str, str] = {}
    bands: Counter[int] = Counter()
    review: Counter[str] = Counter()
    by_therapist: dict[str, Counter[str]] = defaultdict(Counter)
    coded = errors = open_units = 0
    for result in results:
        if "error" in result:
            errors += 1
            continue
        coded += 1
        therapist = by_therapist[result["therapist"] or "not stated"]
        therapist["notes"] += 1
        for code, count, _ in result["lines"]:
            lines[code] += 1
            units[code] += count or 0
            open_units += count is None
        for kind, severity in result["alerts"]:
            alerts[kind] += 1
            severities[kind] = severity
            therapist[severity] += 1
        if result["confidence"] is not None:
            bands[min(BANDS - 1, int(result["confidence"] * BANDS))] += 1
        if result["review"]:
            review[result["review"]] += 1
    codes = Counter({c: lines[c] for c in lines})
    page = _template().render(
        name=name, coded=coded, errors=errors, lines=sum(lines.values()), units=sum(units.values()), open_units=open_units,
        codes=_bars({f"{c} {label_of(c)}": n for c, n in codes.most_common()}, [f"{n} lines, {units[c]} units" for c, n in codes.most_common()]),
        alerts=_bars({f"{severities[k]} {k}": n for k, n in alerts.most_common()}),
        bands=_bars({f"{i * 10}-{i * 10 + 10} %": bands[i] for i in range(BANDS)}),
        therapists=sorted(by_therapist.items(), key=lambda t: -t[1]["error"]), review=review,
    )  # fmt: skip
    with result_file(path) as handle:
        handle.write(page)


def _bars(counts: Mapping[str, int], words: Iterable[str] | None = None) -> list[Bar]:
    longest = max(counts.values(), default=0) or 1
    said = list(words) if words is not None else [str(n) for n in counts.values()]
    return [Bar(label, n, w, n / longest) for (label, n), w in zip(counts.items(), said, strict=True)]


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("batch_report.html")
