"""What a reviewer can do: correct and see the effect at once, undo, filter, work beside others, code blind, adjudicate."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the extra `review` is not installed")

from nlp_coder.bill.rulebook import load_rulebook
from nlp_coder.coder import Coder
from nlp_coder.learn.labels import read_labels
from nlp_coder.recoding import Corrected, CorrectionError, recode
from nlp_coder.review.draft import first_draft, recoded
from nlp_coder.review.queue import Item

TEXT_OF = re.compile(r'<div class="text" id="text" tabindex="0">(.*?)</div>', re.DOTALL)


def key_of(browser: Any, id: str = "knee <1>") -> str:
    return str(next(n["key"] for n in browser.json("/?decision=all")["notes"] if n["id"] == id))


def units(state: dict[str, Any]) -> dict[str, int | None]:
    return {x["code"]: x["units"] for x in state["note"]["lines"]}


def place(state: dict[str, Any], quote: str) -> str:
    a = next(a for a in state["note"]["activities"] if a["quote"] == quote)
    return f"{a['start']}-{a['end']}"


def settle_all(browser: Any, key: str) -> dict[str, Any]:
    """The knee note with exactly two activities, whatever the model found."""
    state: dict[str, Any] = browser.json(f"/note/{key}")
    for a in state["note"]["activities"]:
        answer = browser.post(key, action="delete", activity=f"{a['start']}-{a['end']}", version=state["version"])
        assert answer.status_code == 200, answer.text
        state = answer.json()
    text = state["note"]["text"]
    for words, code, minutes in (("quad sets", "97110", 24), ("Sit to stand", "97530", 8)):
        start = text.index(words)
        answer = browser.post(key, action="add", start=start, end=start + len(words), code=code, status="performed", minutes=minutes, version=state["version"])  # fmt: skip
        state = answer.json()
    return state


def test_a_correction_changes_units_and_alerts_at_once(browser: Any) -> None:
    key = key_of(browser)
    state = settle_all(browser, key)
    assert units(state) == {"97110": 2, "97530": 0}
    state = browser.post(
        key, action="edit", activity=place(state, "Sit to stand"), minutes=15, version=state["version"]
    ).json()
    assert units(state) == {"97110": 2, "97530": 1}
    state = browser.post(
        key, action="edit", activity=place(state, "Sit to stand"), code="97112", version=state["version"]
    ).json()
    assert units(state) == {"97110": 2, "97112": 1}
    state = browser.post(
        key, action="edit", activity=place(state, "quad sets"), status="declined", version=state["version"]
    ).json()
    assert units(state) == {"97112": 1}
    state = browser.post(
        key, action="edit", activity=place(state, "Sit to stand"), status="planned", version=state["version"]
    ).json()
    assert units(state) == {} and "plan_only" in [a["kind"] for a in state["note"]["alerts"]]


def test_undo_goes_back_step_by_step_to_the_coded_note(browser: Any) -> None:
    key = key_of(browser)
    first = browser.json(f"/note/{key}")
    state = settle_all(browser, key)
    steps = state["version"]
    for _ in range(steps):
        assert state["can_undo"]
        state = browser.post(key, action="undo", version=state["version"]).json()
    assert state["note"]["activities"] and not state["can_undo"]
    marks = [[(a["start"], a["end"], a["code"], a["status"]) for a in s["note"]["activities"]] for s in (first, state)]
    assert marks[0] == marks[1] and units(first) == units(state)
    assert browser.post(key, action="undo", version=state["version"]).status_code == 400


def test_minutes_of_a_line_and_a_comment_are_kept(browser: Any) -> None:
    key = key_of(browser)
    state = settle_all(browser, key)
    state = browser.post(key, action="line_minutes", code="97530", minutes=23, version=state["version"]).json()
    assert units(state)["97530"] in (1, 2) and {x["code"]: x["minutes"] for x in state["note"]["lines"]}["97530"] == 23
    assert browser.post(key, action="comment", words="ask <b>her</b>", version=state["version"]).status_code == 200
    assert "ask &lt;b&gt;her&lt;/b&gt;" in browser.get(f"/note/{key}").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"action": "edit", "activity": "0-1"}, "no activity stands"),
        ({"action": "edit", "code": "99999"}, "unknown"),
        ({"action": "edit", "status": "done?"}, "status"),
        ({"action": "edit", "minutes": "-3"}, "minutes"),
        ({"action": "edit", "minutes": "eight"}, "minutes"),
        ({"action": "edit", "also": "12345"}, "unknown"),
        ({"action": "edit", "start": "0", "end": "99999"}, "not inside"),
        ({"action": "add", "start": "5", "end": "5", "code": "97110"}, "not inside"),
        ({"action": "add", "start": "x", "end": "5", "code": "97110"}, "whole number"),
        ({"action": "add", "start": "0", "end": "60", "code": "97110"}, "overlaps"),
        ({"action": "add", "start": "0", "end": "2"}, "code"),
        ({"action": "line_minutes", "code": "97140", "minutes": "5"}, "no performed activity"),
        ({"action": "comment", "words": " "}, "comment"),
        ({"action": "fly"}, "action is unknown"),
        ({"action": "accept", "version": "-1"}, "version"),
        ({"action": "accept", "version": ""}, "version"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(
    browser: Any, fields: dict[str, str], said: str
) -> None:
    key = key_of(browser)
    state = settle_all(browser, key)
    fields = {"version": str(state["version"]), "activity": place(state, "quad sets"), **fields}
    answer = browser.post(key, **fields)
    assert answer.status_code == 400 and said in answer.json()["error"], answer.text
    assert "quad sets" not in answer.json()["error"]
    assert browser.json(f"/note/{key}")["version"] == state["version"]
    assert said in unescape(browser.post(key, {"accept": "text/html"}, **fields).text)


def test_accepted_notes_are_labels_for_training(browser: Any, tmp_path: Path) -> None:
    key = key_of(browser)
    state = settle_all(browser, key)
    state = browser.post(
        key, action="edit", activity=place(state, "quad sets"), also="97530, 97112", version=state["version"]
    ).json()
    assert browser.post(key, action="accept", version=state["version"]).json()["decision"] == "accepted"
    (label,) = read_labels([tmp_path / "labels.jsonl"], frozenset(load_rulebook().codes))
    assert [(a["quote"], a["code"], a["acceptable"]) for a in label["activities"]] == [
        ("quad sets", "97110", ["97110", "97530", "97112"]), ("Sit to stand", "97530", ["97530"])]  # fmt: skip
    last = json.loads((tmp_path / "labels.jsonl").read_text().splitlines()[-1])["review"]
    assert last["by"] == "ann" and last["version"] == last["from"] + 1 and last["base"]["digest"]
    assert last["changes"] == [{"what": "decision", "at": None, "from": "open", "to": "accepted"}]


def test_the_page_holds_the_note_exactly(browser: Any, items: list[Item]) -> None:
    for item in items:
        found = TEXT_OF.search(browser.get(f"/note/{item.key}").text)
        assert found is not None
        shown = re.sub(r'<a class="tag".*?</a>', "", found[1])
        assert unescape(re.sub(r"<[^>]+>", "", shown).replace("&#13;", "\r")) == item.text
        for start, words in re.findall(
            r'data-start="(\d+)"[^>]*>(?:<span class="place"[^>]*></span>)*([^<]*)', found[1]
        ):
            plain = unescape(words.replace("&#13;", "\r"))
            assert item.text[int(start) : int(start) + len(plain)] == plain
        page = browser.get(f"/note/{item.key}").text
        for link in re.findall(r'class="why" href="#(p\d+-\d+)"', page):
            assert f'id="{link}"' in page


def test_the_queue_filters_and_orders(browser: Any) -> None:
    ids = [n["id"] for n in browser.json("/?order=file")["notes"]]
    assert ids == ["knee <1>", "gait", "<script>alert(1)</script>"]
    assert [n["id"] for n in browser.json("/?therapist=t2")["notes"]] == ["gait"]
    assert [n["id"] for n in browser.json("/?payer=medicare")["notes"]] == ["knee <1>"]
    assert [n["id"] for n in browser.json("/?code=97140")["notes"]] == ["<script>alert(1)</script>"]
    worth = [n["worth"] for n in browser.json()["notes"]]
    assert worth == sorted(worth, reverse=True)
    answer = browser.post(key_of(browser, "gait"), {"accept": "text/html"}, action="skip", version=0)
    assert answer.status_code == 303 and "/note/" in answer.headers["location"]
    assert "gait" not in [n["id"] for n in browser.json()["notes"]]
    assert [n["id"] for n in browser.json("/?decision=skipped")["notes"]] == ["gait"]
    assert browser.get("/?order=worst&code=0").status_code == 200


def test_two_reviewers_see_each_other(browse: Callable[..., Any]) -> None:
    ann, bob = browse("ann"), browse("bob")
    key = key_of(ann)
    ann.get(f"/note/{key}")
    assert "open by ann" in bob.get().text
    page = bob.get(f"/note/{key}").text
    assert "ann has had this note open" in page
    answer = bob.post(key, action="accept", version=0)
    assert answer.status_code == 409 and "ann" in answer.json()["error"]
    ann.get(f"/note/{key_of(ann, 'gait')}")
    assert bob.post(key, action="accept", version=0).status_code == 200
    bob.get(f"/note/{key_of(bob, '<script>alert(1)</script>')}")
    late = ann.post(key, action="reject", version=0)
    assert late.status_code == 409 and "bob changed this note" in late.json()["error"]
    assert ann.json(f"/note/{key}")["decision"] == "accepted"


def test_blind_coding_agreement_and_adjudication(browse: Callable[..., Any], tmp_path: Path) -> None:
    ann, bob = browse("ann", "blind"), browse("bob", "blind")
    key = key_of(ann)
    for who, code in ((ann, "97110"), (bob, "97112")):
        assert who.json(f"/note/{key}")["version"] == 0  # nothing of the other
        state = settle_all(who, key)
        state = who.post(
            key, action="edit", activity=place(state, "quad sets"), code=code, version=state["version"]
        ).json()
        assert who.post(key, action="accept", version=state["version"]).status_code == 200
    assert ann.get("/agreement").status_code == 403
    assert "bob" not in ann.get(f"/note/{key}").text and "bob" not in ann.get().text
    judge = browse("eve", "adjudication")
    assert [n["key"] for n in judge.json()["notes"]] == [key]
    figures = judge.get("/agreement").text
    assert "Span F1 1.000" in figures and "κ of all codes 0." in figures
    page = judge.get(f"/note/{key}").text
    assert page.count("they differ") == 1 and "ann" in page and "bob" in page
    assert judge.post(key, action="adjudicate", version=0, unit0="nobody", unit1="ann").status_code == 400
    assert judge.post(key, action="adjudicate", version=0, unit0="bob", unit1="ann").status_code == 200
    (label,) = read_labels([tmp_path / "labels.jsonl"], frozenset(load_rulebook().codes))
    assert [a["code"] for a in label["activities"]] == ["97112", "97530"]


def test_coding_again_what_was_not_corrected_gives_the_same_note(coder: Coder, items: list[Item]) -> None:
    for item in items:
        again = recoded(coder, item.id, item.text, item.context, first_draft(item.coded))
        assert again == item.coded


@pytest.mark.parametrize(
    "wrong",
    [Corrected(0, 0, "performed"), Corrected(-1, 3, "performed"), Corrected(0, 99, "performed"), Corrected(4, 5, "performed"),
     Corrected(0, 4, "done"), Corrected(0, 4, "performed", "1"), Corrected(0, 4, "performed", minutes=2000)],
)  # fmt: skip
def test_recode_refuses_what_cannot_stand(coder: Coder, wrong: Corrected) -> None:
    with pytest.raises(CorrectionError, match="activity at"):
        recode(coder, "quad sets 3x10", [wrong])
