"""What is measured of nlp-coder itself: starting, note length, two processes, memory, and where the time goes."""

from __future__ import annotations

import json
import math
import os
import random
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-m", "nlp_coder.cli.app"]
LENGTHS = (200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)


def labelled_notes() -> list[str]:
    """The texts of the labelled notes: our own words in the styles of many writers."""
    lines = (ROOT / "data" / "labels" / "notes.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def shuffled_notes(number: int, length: int, seed: int) -> list[str]:
    """Notes of `length` characters at least, made of labelled notes: each has the lines of one or more in an order of their own,
    so that hardly two are alike.
    """
    labelled, chance = labelled_notes(), random.Random(seed)
    out = []
    for _ in range(number):
        note = ""
        while len(note) < length:
            lines = chance.choice(labelled).splitlines()
            chance.shuffle(lines)
            note += "\n".join(lines) + "\n"
        out.append(note)
    return out


def real_notes(number: int, seed: int) -> list[str]:
    """Labelled notes as they stand, drawn by chance."""
    return random.Random(seed).sample(labelled_notes(), number)


def start_up(times: int) -> dict[str, float]:
    """Processor seconds of `nlp-coder code` on a short note and of loading spaCy alone, the best of several in turn; their ratio."""
    note = ROOT / "data" / "examples" / "outpatient_knee.txt"
    ways = {
        "floor": [sys.executable, "-c", "import spacy; spacy.blank('en')"],
        "code": [*COMMAND, "code", str(note), "--format", "json"],
    }
    best = dict.fromkeys(ways, math.inf)
    for _ in range(times):
        for name, command in ways.items():
            run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
            _, status, usage = os.wait4(run.pid, 0)
            run.returncode = os.waitstatus_to_exitcode(status)
            best[name] = min(best[name], usage.ru_utime + usage.ru_stime)
    return {**best, "ratio": best["code"] / best["floor"]}


def by_length(times: int) -> dict[str, Any]:
    """Processor milliseconds of one note of each length (best of several), and the exponent of the power law through them: 1 is linear."""
    from nlp_coder import Coder

    coder = Coder.load()
    coder.code(shuffled_notes(1, 1_000, 99)[0])
    found: dict[int, float] = {}
    for length in LENGTHS:
        # short notes vary more in what they hold: more of them
        notes = [n[:length] for n in shuffled_notes(max(2, 4_000 // length), length, length)]
        best = math.inf
        for _ in range(times):
            before = time.process_time()
            for note in notes:
                coder.code(note)
            best = min(best, (time.process_time() - before) / len(notes))
        found[length] = 1_000 * best
    x, y = zip(*((math.log(k), math.log(v)) for k, v in found.items()), strict=True)
    line = statistics.linear_regression(list(found), list(found.values()))
    exponent = statistics.linear_regression(x, y).slope
    fit = statistics.correlation(list(found), list(found.values())) ** 2
    return {
        "milliseconds": {str(k): v for k, v in found.items()}, "exponent": exponent, "per_1000_characters": 1_000 * line.slope, "r_squared": fit,
    }  # fmt: skip


def batch_run(source: Path, output: Path, jobs: int) -> tuple[float, float]:
    """(seconds, peak MB of the largest process) of `nlp-coder batch` as users run it."""
    words = [*COMMAND, "batch", str(source), str(output), "--quiet", "--jobs", str(jobs)]
    before = time.perf_counter()
    run = subprocess.Popen(words, cwd=ROOT)
    _, status, usage = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(status)
    if run.returncode != 0:
        raise SystemExit(f"nlp-coder batch ended with status {run.returncode}")
    kilobytes = usage.ru_maxrss / 1_024 if sys.platform == "darwin" else usage.ru_maxrss
    return time.perf_counter() - before, kilobytes / 1_024


def export_of(notes: list[str], path: Path) -> Path:
    """The notes as an export."""
    with open(path, "w", encoding="utf-8") as handle:
        handle.writelines(json.dumps({"id": f"n{i}", "text": note}) + "\n" for i, note in enumerate(notes))
    return path


def processes(folder: Path, number: int) -> dict[str, Any]:
    """One process against two on the same export, loading included; whether the bytes are the same."""
    notes = shuffled_notes(number, 400, 7)
    source = export_of(notes, folder / "jobs.jsonl")
    seconds = {n: batch_run(source, folder / f"jobs{n}.jsonl", n)[0] for n in (1, 2)}
    same = (folder / "jobs1.jsonl").read_bytes() == (folder / "jobs2.jsonl").read_bytes()
    return {
        "notes": number, "one": seconds[1], "two": seconds[2], "speed_up": seconds[1] / seconds[2], "same_bytes": same,
        "per_second": number / seconds[1], "characters": round(statistics.mean(map(len, notes))),
    }  # fmt: skip


def memory(folder: Path, sizes: list[int]) -> dict[str, float]:
    """Peak MB of the process at several numbers of notes."""
    out = {}
    for size in sizes:
        source = export_of(shuffled_notes(size, 400, size), folder / "memory.jsonl")
        out[str(size)] = batch_run(source, folder / f"memory{size}.jsonl", 1)[1]
        (folder / f"memory{size}.jsonl").unlink()
    return out


def components(number: int) -> list[tuple[str, float]]:
    """(module, share of the time) of coding, largest first, by cProfile; what C code and the standard library take counts
    for the module that called it.
    """
    import cProfile
    import pstats

    from nlp_coder import Coder

    coder, notes = Coder.load(), real_notes(number, 11)
    coder.code(notes[0])
    profile = cProfile.Profile()
    profile.enable()
    for note in notes:
        coder.code(note).to_dict()
    profile.disable()
    stats: dict[Any, Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    own: dict[str, float] = defaultdict(float)
    for function, (_, _, seconds, _, callers) in stats.items():
        name = _module(function[0])
        if name != "other" or not callers:
            own[name] += seconds
            continue
        total = sum(c[2] for c in callers.values()) or 1.0
        for caller, (_, _, within, _) in callers.items():
            own[_module(caller[0])] += seconds * within / total
    whole = sum(own.values())
    return sorted(((name, seconds / whole) for name, seconds in own.items()), key=lambda x: -x[1])


def _module(file: str) -> str:
    parts = Path(file).with_suffix("").parts
    if "nlp_coder" in parts:
        return ".".join(parts[len(parts) - parts[::-1].index("nlp_coder") :]) or "nlp_coder"
    for library in ("spacy", "numpy", "pycrfsuite", "rapidfuzz"):
        if library in parts:
            return library
    return "other"
