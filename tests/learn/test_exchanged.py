"""Records told anew for the context net: other activities in the same frame, every place still right."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from nlp_coder.learn.exchanged import told_anew, wordings


def _record(text: str, *quotes: tuple[str, str, str]) -> dict:  # type: ignore[type-arg]
    return {
        "text": text,
        "activities": [
            {"quote": q, "start": text.index(q), "end": text.index(q) + len(q), "status": status, "code": code}
            for q, status, code in quotes
        ],
    }


RECORDS = [
    _record("NuStep L4 x 8 min, LAQ 3x10.\nDeclined stairs.", ("NuStep", "performed", "97110"), ("LAQ", "performed", "97110"), ("stairs", "declined", "97116")),
    _record("Heel slides x20; gait with RW, cues for heel strike", ("Heel slides", "performed", "97110"), ("gait with RW, cues for heel strike", "performed", "97116")),
    _record("No complaints today."),
    _record("HEP: sit to\nstand", ("sit to\nstand", "home_program", "97530")),
]  # fmt: skip
POOL = wordings(RECORDS)


@given(st.sampled_from(RECORDS), st.integers(0, 10_000))
def test_places_statuses_and_the_frame_stay_right(record: dict, seed: int) -> None:  # type: ignore[type-arg]
    told = told_anew(record, POOL, random.Random(seed))
    known = {q.lower() for quotes in POOL.values() for q in quotes} | {"sit to\nstand", "sit to stand"}

    def frame(r: dict) -> list[str]:  # type: ignore[type-arg]
        cuts = [0, *(x for a in r["activities"] for x in (a["start"], a["end"])), len(r["text"])]
        parts = [r["text"][a:b].lower() for a, b in zip(cuts[::2], cuts[1::2], strict=True)]
        return [" ".join(part.replace(",", " ").replace(";", " ").split()) for part in parts]

    assert frame(told) == frame(record)
    for a, before in zip(told["activities"], record["activities"], strict=True):
        assert (a["status"], a["code"]) == (before["status"], before["code"])
        assert a["quote"] == told["text"][a["start"] : a["end"]] and a["quote"].lower() in known


def test_some_are_told_without_commas_and_some_without_line_ends() -> None:
    record = _record(
        "NuStep, LAQ 3x10, stairs.\nRested.", *((q, "performed", "97110") for q in ("NuStep", "LAQ", "stairs"))
    )
    told = {told_anew(record, {}, random.Random(seed))["text"].lower() for seed in range(200)}
    assert "nustep laq 3x10 stairs.\nrested." in told and "nustep, laq 3x10, stairs. rested." in told


def test_activities_are_exchanged_within_their_code_only() -> None:
    told = [told_anew(RECORDS[0], POOL, random.Random(seed)) for seed in range(60)]
    first = {t["activities"][0]["quote"].lower() for t in told}
    assert first == {"nustep", "laq", "heel slides"}
    assert {t["activities"][2]["quote"].lower() for t in told} == {"stairs", "gait with rw, cues for heel strike"}


def test_words_over_a_line_end_are_told_nowhere_else_and_stay() -> None:
    assert "97530" not in POOL
    told = told_anew(RECORDS[3], {"97530": ["transfers"]}, random.Random(1))["text"]
    assert " ".join(told.lower().split()) == "hep: sit to stand"


def test_a_record_whose_activities_overlap_stays_as_it_is() -> None:
    record = _record("gait training", ("gait training", "performed", "97116"), ("training", "performed", "97110"))
    assert told_anew(record, POOL, random.Random(1)) is record
