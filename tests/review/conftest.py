"""A desk with three notes and its pages, asked as a browser asks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the extra `review` is not installed")

from starlette.testclient import TestClient

from nlp_coder.coder import Coder
from nlp_coder.exports.note_rows import NoteRow
from nlp_coder.note import VisitContext
from nlp_coder.review.desk import Desk
from nlp_coder.review.draft import note_key
from nlp_coder.review.guard import Secrets
from nlp_coder.review.queue import Item
from nlp_coder.review.server import review_app
from nlp_coder.review.store import LabelStore

HOST = "127.0.0.1:8377"
NOTES = (
    NoteRow(
        1, "knee <1>",
        "PT, Medicare.\r\nTherapeutic exercise 24 min: quad sets 3x10, straight leg raises 2x10 for strength.\r\n"
        "Sit to stand 8 min from low chair 😀.\r\nNext visit: step-ups.",
        VisitContext(therapist_id="t1", payer="medicare", date_of_service="2026-06-15"),
    ),
    NoteRow(2, "gait", "Gait training 15 min with walker, cues for step length. Declined cold pack.", VisitContext(therapist_id="t2")),
    NoteRow(3, "<script>alert(1)</script>", "Manual therapy 9 min: patellar mobs grade III.", VisitContext()),
)  # fmt: skip


@pytest.fixture(scope="session")
def coder() -> Coder:
    """The shipped model."""
    return Coder.load()


@pytest.fixture(scope="session")
def items(coder: Coder) -> list[Item]:
    """The notes, coded."""
    return [
        Item(note_key(n.id, n.text), n.id, n.text, n.context, coder.code(n.text, id=n.id, context=n.context))
        for n in NOTES
    ]


@pytest.fixture
def desk_of(coder: Coder, items: list[Item], tmp_path: Path) -> Callable[..., Desk]:
    """A reviewer's desk on the test's store: desk_of("bob", "blind")."""

    def make(by: str = "ann", round: str = "single") -> Desk:
        return Desk(items, LabelStore.open(tmp_path / "labels.jsonl"), coder, by, round, f"{by}-session")

    return make


class Browser:
    """Asks a desk's pages as a browser on this computer does."""

    def __init__(self, desk: Desk) -> None:
        self.own = Secrets(frozenset({HOST}))
        self.client = TestClient(review_app(desk, self.own), base_url=f"http://{HOST}", follow_redirects=False)

    def get(self, path: str = "/", **headers: str) -> Any:
        return self.client.get(self.own.root + path, headers=headers)

    def json(self, path: str = "/") -> Any:
        answer = self.get(path, accept="application/json")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, key: str, headers: dict[str, str] | None = None, **fields: object) -> Any:
        data = {"csrf": self.own.csrf, **{k: str(v) for k, v in fields.items()}}
        sent = {"origin": f"http://{HOST}", "accept": "application/json", **(headers or {})}
        return self.client.post(f"{self.own.root}/note/{key}", data=data, headers={k: v for k, v in sent.items() if v})


@pytest.fixture
def browser(desk_of: Callable[..., Desk]) -> Browser:
    """Ann's browser."""
    return Browser(desk_of())


@pytest.fixture
def browse(desk_of: Callable[..., Desk]) -> Callable[..., Browser]:
    """Anybody's browser on the same store."""
    return lambda by="ann", round="single": Browser(desk_of(by, round))
