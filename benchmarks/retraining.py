"""The loop on a style the model is weak on: correct thirty notes through the review page's own API, retrain, compare.

    python benchmarks/retraining.py            # two trainings on half of the labels: some fifteen minutes
    python benchmarks/retraining.py --style w14 --notes 30

The model before is trained on every other labelled record, without any of the style's. Thirty notes of the style are then
corrected as a reviewer corrects them: what the model found wrongly is deleted, what it missed is added, codes and status are
set, each note is accepted. The model after is trained on the same half and the store of the page. Both are measured on the
locked notes and on the style's other notes, which neither has seen. Writes benchmarks/retraining.json and prints a table.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from nlp_coder.coder import Coder
from nlp_coder.learn.compare import coded_again
from nlp_coder.learn.held_out import LOCKED_WRITERS
from nlp_coder.learn.score import score
from nlp_coder.learn.train import train
from nlp_coder.note import VisitContext
from nlp_coder.review.desk import Desk
from nlp_coder.review.draft import note_key
from nlp_coder.review.guard import Secrets
from nlp_coder.review.queue import Item
from nlp_coder.review.server import review_app
from nlp_coder.review.store import LabelStore

HERE = Path(__file__).resolve().parent
HOST = "127.0.0.1:8765"
Record = dict[str, Any]


class Page:
    """Asks a desk's pages as a browser on this computer does."""

    def __init__(self, desk: Desk) -> None:
        self._own = Secrets(frozenset({HOST}))
        self._client = TestClient(review_app(desk, self._own), base_url=f"http://{HOST}", follow_redirects=False)

    def state(self, key: str) -> Record:
        answer = self._client.get(f"{self._own.root}/note/{key}", headers={"accept": "application/json"})
        answer.raise_for_status()
        return dict(answer.json())

    def act(self, key: str, state: Record, **fields: object) -> Record:
        data = {"csrf": self._own.csrf, "version": str(state["version"]), **{k: str(v) for k, v in fields.items()}}
        headers = {"origin": f"http://{HOST}", "accept": "application/json"}
        answer = self._client.post(f"{self._own.root}/note/{key}", data=data, headers=headers)
        answer.raise_for_status()
        return dict(answer.json())


def correct(page: Page, key: str, labelled: Record) -> int:
    """Bring a note on the page to its labels and accept it; the number of corrections."""
    state = page.state(key)
    wanted = {(a["start"], a["end"]): a for a in labelled["activities"]}
    found = {(a["start"], a["end"]): a for a in state["note"]["activities"]}
    count = 0
    for start, end in found.keys() - wanted.keys():
        state = page.act(key, state, action="delete", activity=f"{start}-{end}")
        count += 1
    for place, a in wanted.items():
        fields = {"code": a["code"], "status": a["status"]}
        if place not in found:
            state = page.act(key, state, action="add", start=place[0], end=place[1], **fields)
            count += 1
        elif (found[place]["code"], found[place]["status"]) != (a["code"], a["status"]):
            state = page.act(key, state, action="edit", activity=f"{place[0]}-{place[1]}", **fields)
            count += 1
    page.act(key, state, action="accept")
    return count


def figures(notes: list[Record], model: Path) -> Record:
    """What is told of a model on some notes."""
    s = score(*coded_again(notes, Coder.load(model)))
    return {"notes": len(notes), "found": round(s.detection.f1, 3), "status": s.status and round(s.status, 3),
            "end to end": round(s.end_to_end.f1, 3)}  # fmt: skip


def main() -> None:
    """Run it all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--style", default="w14", help="the writer whose notes are corrected")
    parser.add_argument("--notes", type=int, default=30)
    given = parser.parse_args()
    labels = HERE.parent / "data" / "labels"
    read = {
        n: [json.loads(x) for x in (labels / n).read_text("utf-8").splitlines()]
        for n in ("notes.jsonl", "phrases.jsonl")
    }
    style = [r for r in read["notes.jsonl"] if r["writer"] == given.style]
    locked = [r for r in read["notes.jsonl"] if r["writer"] in LOCKED_WRITERS]
    taught, rest = style[: given.notes], style[given.notes :]
    begun = time.time()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, records in read.items():
            others = [r for r in records if r["writer"] != given.style]
            half = [r for i, r in enumerate(others) if i % 2 == 0 or r["writer"] in LOCKED_WRITERS]
            (folder / name).write_text("".join(json.dumps(r) + "\n" for r in half), "utf-8")
        base = [folder / "notes.jsonl", folder / "phrases.jsonl"]
        train(base, folder / "before", name="before")
        coder = Coder.load(folder / "before")
        items = []
        for r in taught:
            context = VisitContext(discipline=r.get("discipline"))
            note = coder.code(r["text"], id=r["id"], context=context)
            items.append(Item(note_key(r["id"], r["text"]), r["id"], r["text"], context, note))
        store = folder / "store.jsonl"
        page = Page(Desk(items, LabelStore.open(store), coder, "reviewer", "single", "run"))
        corrections = sum(correct(page, item.key, r) for item, r in zip(items, taught, strict=True))
        train([*base, store], folder / "after", name="after")
        out = {
            "style": given.style, "notes corrected": len(taught), "corrections": corrections,
            "seconds": round(time.time() - begun),
            "before": {"locked": figures(locked, folder / "before"), "style": figures(rest, folder / "before")},
            "after": {"locked": figures(locked, folder / "after"), "style": figures(rest, folder / "after")},
        }  # fmt: skip
    (HERE / "retraining.json").write_text(json.dumps(out, indent=1) + "\n", "utf-8")
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
