"""The tables of a run in words: printed, and written between the markers of benchmarks/README.md and docs/scale.md.

`python benchmarks/tables.py` writes the pages anew from the last line of history.jsonl; a test holds them to it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PAGES = (HERE / "README.md", HERE.parent / "docs" / "scale.md")
NAMES = {
    "floor": "spaCy's tokenisation alone: the floor",
    "ruler": "tokenisation and an EntityRuler with our terms",
    "edsnlp": "edsnlp: sentences, our terms, negation",
    "medspacy": "medspaCy: sentences, our terms, ConText",
    "nlp-coder": "nlp-coder: find, code, bill, check, write",
}
NIGHT_NOTES, NIGHT_HOURS, CORE_HOUR, HEADROOM = 10_000_000, 8, 0.05, 1.3
"""Ten million notes in a night of eight hours; dollars of a virtual core with 4 GB for an hour, in the range that large clouds ask for on demand;
and how much more than the bare arithmetic to plan for (starts, shuffles, uneven partitions).
"""


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(head), *(list(row) for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def contest(run: dict[str, Any]) -> str:
    """Ratios to the floor."""
    rows = []
    for name, found in run["contest"].items():
        if found["per_second"] is None:
            rows.append([NAMES[name], "–", "–", found["remark"]])
        else:
            rows.append([NAMES[name], f"{found['of_floor']:.3f}", f"{found['per_second']:,.0f}", found["remark"]])
    text = _table(["pipeline, one process", "of the floor", "notes a processor second", "version"], rows)
    ours, other = run["contest"]["nlp-coder"]["per_second"], run["contest"]["medspacy"]["per_second"]
    return (
        f"{text}\n\nnlp-coder takes {ours / other:.1f} notes in the time that medspaCy takes for one."
        if other
        else text
    )


def start_up(run: dict[str, Any]) -> str:
    """Starting."""
    s = run["start_up"]
    return f"`nlp-coder code` on one note: {s['code']:.2f} processor seconds, {s['ratio']:.2f} times `import spacy; spacy.blank('en')` ({s['floor']:.2f})."


def by_length(run: dict[str, Any]) -> str:
    """Time by the length of a note."""
    b = run["by_length"]
    rows = ([f"{int(k):,}", f"{v:,.1f}", f"{1_000 * v / int(k):.2f}"] for k, v in b["milliseconds"].items())
    return (
        _table(["characters", "ms a note", "ms per 1,000 characters"], rows)
        + f"\n\nTime goes with length to the power of {b['exponent']:.2f} (1 is linear); a line fits with R² = {b['r_squared']:.4f}, "
        f"{b['per_1000_characters']:.1f} ms per 1,000 characters."
    )


def processes(run: dict[str, Any]) -> str:
    """Two processes."""
    p = run["processes"]
    same = "the same bytes" if p["same_bytes"] else "OTHER BYTES"
    return (
        f"`--jobs 2` on {p['notes']:,} notes: {p['two']:.1f} s, `--jobs 1`: {p['one']:.1f} s, loading included: {p['speed_up']:.2f} times as fast, "
        f"{same} ({run['cores']} cores)."
    )


def memory(run: dict[str, Any]) -> str:
    """Peak memory."""
    sizes = {int(k): v for k, v in run["memory"].items()}
    low, high = min(sizes), max(sizes)
    each = 1_000 * (sizes[high] - sizes[low]) / max(1, high - low)
    rows = ([f"{k:,}", f"{v:,.0f}"] for k, v in sorted(sizes.items()))
    return (
        _table(["notes", "peak MB of the process"], rows)
        + f"\n\n{sizes[high] / sizes[low]:.2f} times the memory for {high // low} times the notes: {each:.2f} MB per 1,000 notes more."
    )


def components(run: dict[str, Any]) -> str:
    """Where the time goes."""
    rooms: dict[str, float] = {}
    for name, share in run["components"]:
        room = name.partition(".")[0]
        rooms[room] = rooms.get(room, 0.0) + share
    largest = [(n, s) for n, s in run["components"] if s >= 0.015][:15]
    return (
        _table(
            ["room", "share"], ([n, f"{s:.0%}"] for n, s in sorted(rooms.items(), key=lambda x: -x[1]) if s >= 0.005)
        )
        + "\n\n"
        + _table(["module", "share"], ([n, f"{s:.1%}"] for n, s in largest))
    )


def night(run: dict[str, Any]) -> str:
    """What ten million notes a night need, from the notes that one core codes in a second."""
    rate = run["contest"]["nlp-coder"]["per_second"]
    core_hours = NIGHT_NOTES / rate / 3_600
    planned = core_hours * HEADROOM
    cores = math.ceil(planned / NIGHT_HOURS)
    peak = max(run["memory"].values())
    return "\n".join([
        f"- One core: {rate:,.0f} notes a second of some {run['characters']} characters, written records included ({run['date'][:10]}, {run['machine']}).",
        f"- {NIGHT_NOTES:,} notes / {rate:,.0f} per second / 3,600 = {core_hours:,.1f} core hours; × {HEADROOM} for starts, shuffles and uneven "
        f"partitions = {planned:,.1f}.",
        f"- In {NIGHT_HOURS} hours: {planned:,.1f} / {NIGHT_HOURS} = **{cores} cores**.",
        f"- Memory: a Python worker a core peaks near {peak:,.0f} MB; with 1 GB for it and 1 GB of the Java side, {cores} × 2 GB = {2 * cores} GB.",
        f"- Cost at ${CORE_HOUR:.2f} a core hour (put in your own price): {planned:,.1f} × {CORE_HOUR:.2f} = **${planned * CORE_HOUR:,.2f} a night**.",
    ])  # fmt: skip


TABLES: dict[str, Callable[[dict[str, Any]], str]] = {
    "contest": contest, "start_up": start_up, "by_length": by_length, "processes": processes, "memory": memory,
    "components": components, "night": night,
}  # fmt: skip


def written(page: str, run: dict[str, Any]) -> str:
    """The page with what stands between `<!-- measured: NAME -->` and `<!-- end -->` written anew."""

    def anew(mark: re.Match[str]) -> str:
        return f"{mark[1]}\n{TABLES[mark[2]](run)}\n{mark[3]}"

    return re.sub(r"(<!-- measured: (\w+) -->)\n.*?(<!-- end -->)", anew, page, flags=re.DOTALL)


def last_run() -> dict[str, Any]:
    """The last line of the history."""
    run: dict[str, Any] = json.loads((HERE / "history.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    return run


def write_pages() -> None:
    """Both pages, from the last run."""
    for page in PAGES:
        page.write_text(written(page.read_text(encoding="utf-8"), last_run()), encoding="utf-8")


if __name__ == "__main__":
    write_pages()
