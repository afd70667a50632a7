"""When a model may take another's place, what two models differ in, and what to label next."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from nlp_coder.coder import Coder
from nlp_coder.learn.compare import LEAST, Figures, by_code, fallen
from nlp_coder.learn.model_diff import NONE, Difference
from nlp_coder.learn.next_labels import Candidate, next_labels
from nlp_coder.learn.weak_labels import weak_records


def activity(start: int, code: str, *acceptable: str, status: str = "performed") -> dict[str, Any]:
    return {"start": start, "end": start + 5, "code": code, "acceptable": [*acceptable], "status": status}


def test_a_defensible_code_counts_as_the_labelled_one() -> None:
    gold = [
        {"activities": [activity(0, "97110", "97112"), activity(10, "97140"), activity(20, "97116", status="planned")]}
    ]
    coded = [{"activities": [activity(0, "97112"), activity(10, "97124"), activity(20, "97116", status="planned")]}]
    assert by_code(gold, coded) == {"97110": (1.0, 1), "97140": (0.0, 1)}


@pytest.mark.parametrize(
    ("headline", "code", "labels", "said"),
    [
        (0.895, 0.81, LEAST, []),
        (0.88, 0.9, LEAST, ["end-to-end"]),
        (0.9, 0.7, LEAST, ["97110"]),
        (0.9, 0.0, LEAST - 1, []),
        (0.8, 0.0, LEAST, ["end-to-end", "97110"]),
    ],
)
def test_what_falls_beyond_its_margin_is_told(headline: float, code: float, labels: int, said: list[str]) -> None:
    before, after = Figures(0.9, None, {"97110": (0.9, labels)}), Figures(headline, None, {"97110": (code, labels)})
    assert [f.split()[0] for f in fallen(before, after)] == said


def test_a_code_that_is_not_found_any_more_has_fallen() -> None:
    assert fallen(Figures(0.9, None, {"97110": (0.9, 9)}), Figures(0.9, None, {}))


def test_differences_are_counted_by_code_with_ids(coder: Coder) -> None:
    a = coder.code("TE 15 min: quad sets 3x10, heel slides x15", id="n1")
    changed = replace(a, activities=(replace(a.activities[0], code="97112"),))
    found = Difference()
    found.add(a, a)
    found.add(a, replace(changed, lines=()))
    assert found.notes == 2 and found.same == 2 and found.lines == ["n1"]
    assert found.ranked() == [("97110", NONE, ["n1"]), ("97110", "97112", ["n1"])]


def test_billed_codes_settle_only_what_the_model_holds_possible(coder: Coder) -> None:
    text = "TE 15 min: quad sets 3x10, heel slides x15"
    billed = {"text": text, "billed": [{"code": "97110"}]}
    (record,) = weak_records([billed, {"text": text, "billed": [{"code": "97597"}]}], coder)
    assert [(a["quote"], a["code"]) for a in record["activities"]] == [("quad sets", "97110"), ("heel slides", "97110")]
    assert all(text[a["start"] : a["end"]] == a["quote"] for a in record["activities"])


def candidate(id: str, *activities: tuple[float, str, str]) -> Candidate:
    return Candidate(id, tuple((d, c, frozenset(w.split())) for d, c, w in activities))


def test_doubt_comes_first_then_other_codes_and_wordings() -> None:
    pool = [
        candidate("sure", (0.01, "97110", "a")), candidate("unsure", (0.6, "97110", "b")),
        candidate("same", (0.59, "97110", "b")), candidate("other", (0.45, "97140", "c")), candidate("empty"),
    ]  # fmt: skip
    chosen = next_labels(pool, 5)
    assert [c.id for c in chosen] == ["unsure", "other", "same", "sure", "empty"]
    assert chosen[0].lowest == 0.4 and all(a.worth >= b.worth for a, b in itertools.pairwise(chosen))


def test_what_is_labelled_already_teaches_less() -> None:
    pool = [candidate("known", (0.6, "97110", "b")), candidate("new", (0.4, "97140", "c"))]
    labelled = [{"activities": [{"code": "97110", "quote": "b"}] * 3}]
    assert [c.id for c in next_labels(pool, 1, labelled)] == ["new"]
    assert [c.id for c in next_labels(pool, 1)] == ["known"]
