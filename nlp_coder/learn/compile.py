"""Marked notes to labelled records (JSON Lines): what can be derived is derived, what contradicts itself is said.

    python -m nlp_coder.learn.compile data/labels/marked data/labels

writes notes.jsonl and phrases.jsonl from the files notes-*.txt and phrases-*.txt.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
from pathlib import Path
from typing import Any

from nlp_coder import tables
from nlp_coder.learn.markup import ALERT_WORDS, MarkupError, marked_notes, marked_phrases


class CodeFacts:
    """What deriving needs of the code tables: timed codes, deleted codes with the first year not valid, live pairs."""

    def __init__(self) -> None:
        folder = tables.data_folder() / "rules"
        codes = [r for _, r in tables.rows(folder / "codes.csv", ["code", "status"])]
        self.timed = {r["code"] for r in codes if r["timed"] == "1"}
        self.known = {r["code"] for r in codes if r["status"] != "deleted"}
        self.deleted = {r["code"]: int(r["effective"][:4]) for r in codes if r["status"] == "deleted"}
        pairs = [r for _, r in tables.rows(folder / "ncci_pairs.csv", ["column1", "column2", "modifier_indicator"])]
        self.live = {
            frozenset((r["column1"], r["column2"]))
            for r in pairs
            if not r["deleted_on"] and r["modifier_indicator"] != "9"
        }


def units(timed: list[tuple[str, int]], rule: str) -> dict[str, int]:
    """Units of the annotation guide for (code, minutes): a second hand beside `bill.units`, so that labels check it."""
    if rule == "ama":
        return {c: (m + 7) // 15 for c, m in timed}
    out = {c: m // 15 for c, m in timed}
    total = sum(m for _, m in timed)
    left = (0 if total < 8 else (total + 7) // 15) - sum(out.values())
    for code, _ in sorted(timed, key=lambda x: (-(x[1] % 15), -x[1], x[0]))[: max(left, 0)]:
        out[code] += 1
    return out


def record(
    where: str, head: dict[str, str], marked: Any, tail: dict[str, str], facts: CodeFacts, complaints: list[str]
) -> dict[str, Any]:
    """The labelled record of one marked note; what is wrong is appended to complaints."""

    def say(*words: object) -> None:
        complaints.append(f"{where} {head['id']}: " + " ".join(map(str, words)))

    activities = list(marked.activities)
    done = [a for a in activities if a["status"] == "performed"]
    for a in activities:
        for code in a["acceptable"]:
            if code not in facts.known:
                say("code unknown or deleted:", code, repr(a["quote"][:40]))
    stated = {k: v for k, v in tail.items() if re.fullmatch(r"[0-9G]\d{4}", k)}
    for key in tail.keys() - stated.keys() - {"total", "alerts"}:
        say("unknown word in the lines row:", key)
    codes = list(dict.fromkeys(a["code"] for a in done))
    if set(codes) != set(stated):
        say("codes of performed activities", sorted(codes), "but lines", sorted(stated))
    lines: list[dict[str, Any]] = []
    for code, value in stated.items():
        minutes = None if value in ("?", "-", "") else int(value)
        own = [a["minutes"] for a in done if a["code"] == code]
        if minutes is not None and own and all(m is not None for m in own) and sum(own) != minutes:
            say("activity minutes", own, "but line", code, minutes)
        elif minutes is not None and sum(m or 0 for m in own) > minutes:
            say("activity minutes exceed the line", code, own, minutes)
        if minutes is None and code in facts.timed and own and all(m is not None for m in own):
            say("every activity of", code, "has minutes, the line none")
        lines.append({"code": code, "minutes": minutes, "units": None})
    known = [(x["code"], x["minutes"]) for x in lines if x["code"] in facts.timed and x["minutes"] is not None]
    got = units(known, head.get("rule", "cms"))
    for x in lines:
        x["units"] = got.get(x["code"]) if x["code"] in facts.timed else 1
    unknown = any(x["minutes"] is None and x["code"] in facts.timed for x in lines)
    timed_minutes = None if unknown else sum(m for _, m in known)
    total = int(tail["total"]) if tail.get("total", "").isdigit() else None
    if total is None and lines and all(x["minutes"] is not None for x in lines):
        total = sum(x["minutes"] for x in lines)
    alerts = [a for a in tail.get("alerts", "").split(",") if a]
    for a in alerts:
        if a not in ALERT_WORDS:
            say("alert is derived or unknown, leave it out:", a)
    if total is not None and timed_minutes is not None and total < timed_minutes and "minutes_mismatch" not in alerts:
        say("total", total, "is below the timed", timed_minutes, "without minutes_mismatch")
    alerts += sorted(derived_alerts(marked.text, activities, lines, facts))
    return {
        "id": head["id"], "discipline": head.get("discipline"), "setting": head.get("setting"),
        "unit_rule": head.get("rule", "cms"), "text": marked.text, "activities": activities, "lines": lines,
        "timed_minutes": timed_minutes, "total_minutes": total, "alerts": alerts, "source": "authored",
        "writer": head["id"].split("-")[0],
    }  # fmt: skip


def derived_alerts(
    text: str, activities: list[dict[str, Any]], lines: list[dict[str, Any]], facts: CodeFacts
) -> set[str]:
    """The alerts that follow from lines and text (annotation guide, "Minutes, lines and alerts")."""
    out: set[str] = set()
    codes = [x["code"] for x in lines]
    timed = [x for x in lines if x["code"] in facts.timed]
    if any(x["minutes"] is None for x in timed):
        out.add("missing_minutes")
    if any(x["minutes"] is not None and 0 < x["minutes"] < 8 for x in timed):
        out.add("below_eight_minutes")
    if "97150" in codes and timed:
        out.add("group_with_individual")
    live = [x["code"] for x in lines if x["units"] != 0]
    if any(frozenset(p) in facts.live for p in itertools.combinations(live, 2)):
        out.add("ncci_pair")
    if not any(a["status"] == "performed" for a in activities):
        out.add("plan_only")
    years = set(re.findall(r"\b(19[89]\d|20[0-4]\d)\b", text))
    year = int(years.pop()) if len(years) == 1 else 9999
    if any(re.search(rf"\b{c}\b", text) and year >= y for c, y in facts.deleted.items()):
        out.add("deleted_code")
    return out


def compile_folder(marked: Path, out: Path) -> list[str]:
    """Write out/notes.jsonl and out/phrases.jsonl from the marked files; the complaints, empty where all is well.

    Where the folder holds no marked file nothing is written: labels there are would be lost.
    """
    if not [*marked.glob("notes-*.txt"), *marked.glob("phrases-*.txt")]:
        return [f"{marked}: no notes-*.txt or phrases-*.txt there; name the folder of the marked files"]
    out.mkdir(parents=True, exist_ok=True)
    facts, complaints = CodeFacts(), []  # type: tuple[CodeFacts, list[str]]
    notes: list[dict[str, Any]] = []
    phrases: list[dict[str, Any]] = []
    seen: dict[str, str] = {}
    for path in sorted(marked.glob("notes-*.txt")):
        try:
            for number, head, text, tail in marked_notes(path):
                notes.append(record(f"{path.name}:{number}", head, text, tail, facts, complaints))
                for key in (head["id"], " ".join(text.text.split())):
                    if key in seen:
                        complaints.append(f"{path.name}:{number} {head['id']}: also at {seen[key]}")
                    seen[key] = f"{path.name}:{number}"
        except MarkupError as error:
            complaints.append(str(error))
    for path in sorted(marked.glob("phrases-*.txt")):
        try:
            for number, text in marked_phrases(path):
                key = text.text.lower()
                if key in seen:
                    continue
                seen[key] = f"{path.name}:{number}"
                for a in text.activities:
                    if not facts.known >= set(a["acceptable"]):
                        complaints.append(f"{path.name} line {number}: code unknown or deleted {a['acceptable']}")
                phrases.append({"id": f"{path.stem.removeprefix('phrases-')}-{number}", "text": text.text,
                                "activities": list(text.activities), "source": "authored",
                                "writer": path.stem.split("-")[1]})  # fmt: skip
        except MarkupError as error:
            complaints.append(str(error))
    for name, records in (("notes.jsonl", notes), ("phrases.jsonl", phrases)):
        with open(out / name, "w", encoding="utf-8", newline="\n") as handle:
            for r in records:
                handle.write(json.dumps(r, ensure_ascii=False) + "\n")
    print(f"{len(notes)} notes, {len(phrases)} phrases, {len(complaints)} complaints", file=sys.stderr)
    return complaints


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m nlp_coder.learn.compile MARKED_FOLDER LABELS_FOLDER")
    problems = compile_folder(Path(sys.argv[1]), Path(sys.argv[2]))
    print("\n".join(problems))
    sys.exit(bool(problems))
