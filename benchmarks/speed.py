"""How fast nlp-coder is beside what others do with the same notes: `python benchmarks/speed.py [--short]`.

Prints ratios of one run, adds a line to benchmarks/history.jsonl and writes the tables of benchmarks/README.md and
docs/scale.md anew. Under eight minutes; --short under two, without touching the files. Of what else runs on the machine, ratios of one run
suffer least; the times themselves are this machine's.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import measures
import tables

HERE = Path(__file__).resolve().parent
VENVS = HERE / ".venvs"
PACKAGES = {"edsnlp": "edsnlp>=0.20,<1", "medspacy": "medspacy==1.3.1"}
"""Pipelines that get a virtual environment of their own: they need other versions of spaCy than we do."""


def our_terms() -> list[str]:
    """Every term and variant of the activity tables, as they are written there."""
    import csv

    found: dict[str, None] = {}
    for path in sorted((measures.ROOT / "data" / "lexicon").glob("activities*.csv")):
        with open(path, newline="", encoding="utf-8") as handle:
            for row in csv.DictReader(handle):
                found.update(dict.fromkeys(t for t in (row["term"], *row["variants"].split("|")) if t))
    return list(found)


def python_of(name: str, install: bool) -> tuple[Path | None, str]:
    """(the Python that has a pipeline, what happened): its environment is made once where pip can install it."""
    if name not in PACKAGES:
        return Path(sys.executable), "here"
    given = os.environ.get(f"BENCHMARK_{name.upper()}")
    python = Path(given) if given else VENVS / name / "bin" / "python"
    if not python.exists():
        if not install:
            return None, "not installed (--short installs nothing)"
        subprocess.run([sys.executable, "-m", "venv", str(VENVS / name)], check=True)
        said = subprocess.run([python, "-m", "pip", "install", "--quiet", PACKAGES[name]], capture_output=True, text=True, check=False)  # fmt: skip
        if said.returncode != 0:
            words = said.stderr.strip().splitlines()
            return None, f"pip could not install {PACKAGES[name]}: {words[-1] if words else 'no reason given'}"
    distribution = {"edsnlp": "edsnlp", "medspacy": "medspacy"}[name]
    asked = f"from importlib.metadata import version as v; print(v('{distribution}'), 'with spaCy', v('spacy'))"
    said = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=False)
    return (python, said.stdout.strip()) if said.returncode == 0 else (None, "is installed but cannot be asked")


def contest(folder: Path, texts: list[str], rounds: int, seconds: float, install: bool) -> dict[str, Any]:
    """Notes a second of each contestant: rounds in turn, the median of each, and each ratio to the floor of its round."""
    notes, terms = folder / "notes.json", folder / "terms.json"
    notes.write_text(json.dumps(texts), encoding="utf-8")
    terms.write_text(json.dumps(our_terms()), encoding="utf-8")
    found: dict[str, list[float]] = {}
    remarks: dict[str, str] = {}
    pythons = {}
    for name in ("floor", "ruler", "edsnlp", "medspacy", "nlp-coder"):
        pythons[name], remarks[name] = python_of(name, install)
    for _ in range(rounds):
        for name, python in pythons.items():
            if python is None or (name == "medspacy" and name in found):  # slow and steady: one round is enough
                continue
            words = [str(python), str(HERE / "contestants.py"), name, str(notes), str(terms), str(seconds)]
            said = subprocess.run(words, capture_output=True, text=True, check=False, cwd=measures.ROOT)
            if said.returncode != 0:
                pythons[name], remarks[name] = None, f"failed: {(said.stderr.strip().splitlines() or [''])[-1][:200]}"
                continue
            found.setdefault(name, []).append(float(said.stdout.split()[-1]))
    floor = found["floor"]
    return {
        name: {
            "per_second": statistics.median(rates) if rates else None,
            "of_floor": statistics.median(r / f for r, f in zip(rates, floor, strict=False)) if rates else None,
            "remark": remarks[name],
        }
        for name, rates in ((n, found.get(n, [])) for n in pythons)
    }


def affordable(run: dict[str, Any], seconds: float, most: int) -> int:
    """As many notes as one process codes in so many seconds, in hundreds, `most` at most: the run must end in its time."""
    rate: float = run["contest"]["nlp-coder"]["per_second"]
    return min(most, max(200, round(int(rate * seconds), -2)))


def sizes(number: int) -> list[int]:
    """A tenth of the notes, and all of them."""
    return [number // 10, number]


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="fewer rounds, nothing installed, nothing written")
    parser.add_argument(
        "--memory", nargs="*", type=int, help="numbers of notes whose peak memory is measured, such as 50000 1000000"
    )
    given = parser.parse_args()
    short = given.short
    run: dict[str, Any] = {
        "date": datetime.now(UTC).isoformat(timespec="minutes"), "python": platform.python_version(), "machine": _processor(),
        "cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1), "commit": _commit(),
    }  # fmt: skip
    texts = measures.real_notes(100 if short else 300, 1)
    run["characters"] = round(statistics.mean(map(len, texts)))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        steps: dict[str, Callable[[], Any]] = {
            "contest": lambda: contest(folder, texts, 1 if short else 2, 1.0 if short else 3.0, not short),
            "start_up": lambda: measures.start_up(2 if short else 5),
            "by_length": lambda: measures.by_length(1 if short else 2),
            "processes": lambda: measures.processes(folder, affordable(run, 10 if short else 40, 4_000)),
            "memory": lambda: measures.memory(
                folder, given.memory or sizes(affordable(run, 8 if short else 40, 5_000))
            ),
            "components": lambda: measures.components(60 if short else 300),
        }
        for name, step in steps.items():
            run[name] = step()
            print(tables.TABLES[name](run), flush=True)
    if not short:
        with open(HERE / "history.jsonl", "a", encoding="utf-8") as handle:
            handle.write(json.dumps(run) + "\n")
        tables.write_pages()
        print("kept in benchmarks/history.jsonl; benchmarks/README.md and docs/scale.md are written anew")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _commit() -> str:
    said = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False, cwd=HERE
    )
    return said.stdout.strip()


if __name__ == "__main__":
    main()
