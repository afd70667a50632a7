"""What the tables say about a code: its facts, what the note should state, its pairs, and its coding rules."""

from __future__ import annotations

from datetime import date
from typing import Any

from nlp_coder.bill import Rulebook
from nlp_coder.classify.rules import rule_book


def code_facts(book: Rulebook, code: str, today: date) -> dict[str, Any]:
    """One row of the list of codes, under plain names."""
    rule, mue = book.codes[code], book.mue(code, today)
    status = "deleted" if rule.deleted_on(today) else "not yet valid" if rule.not_yet_valid_on(today) else "active"
    return {
        "code": rule.code, "label": rule.label, "timed": rule.timed, "unit_minutes": rule.unit_minutes,
        "disciplines": list(rule.disciplines), "mue": mue and mue.practitioner,
        "mue_hospital": mue and mue.hospital, "status": status,
        "from": str(rule.valid_from) if rule.valid_from else None,
        "deleted": str(rule.deleted_from) if rule.deleted_from else None,
        "replaced_by": list(rule.replaced_by), "notes": rule.notes, "source": rule.source,
    }  # fmt: skip


def code_sheet(book: Rulebook, code: str, today: date) -> dict[str, Any]:
    """The facts of a code with its sources, documentation elements, pairs in force and coding rules."""
    facts = code_facts(book, code, today)
    edits = [pair for other in book.codes for pair in book.active_pairs([code, other], today, "practitioner")]
    return {
        **facts,
        "ncci": book.ncci.quarter,
        "sources": {s: book.sources.get(s, "") for s in facts["source"].split(";") if s},
        "documentation": [
            {"element": d.element, "look_for": d.look_for, "source": d.source}
            for d in book.documentation
            if d.code == code
        ],
        "pairs": [
            {"column1": p.column1, "column2": p.column2, "indicator": indicator}
            for p, indicator in sorted(edits, key=lambda e: (e[0].column1, e[0].column2))
        ],
        "rules": _coding_rules(code),
    }


def _coding_rules(code: str) -> list[dict[str, Any]]:
    """The coding rules that speak for a code: those whose first choice it is, then the others; strongest first."""
    mine = [r for r in rule_book().rules.values() if code in (r.code, *r.also)]
    return [
        {
            "id": r.id,
            "code": r.code,
            "also": list(r.also),
            "strength": r.strength,
            "reason": r.reason,
            "source": r.source,
        }
        for r in sorted(mine, key=lambda r: (r.code != code, -r.strength))
    ]
