"""What the activities of one sentence say about each other's status."""

from __future__ import annotations

import pytest

from nlp_coder.coder import Coder
from nlp_coder.extract.candidates import Candidate
from nlp_coder.extract.company import in_company
from nlp_coder.learn.teach_tagger import Reader

READER = Reader()
PLANNED = {"planned": 0.95, "performed": 0.05}
OPEN = {"planned": 0.3, "performed": 0.7}


def weighed(text: str, *items: tuple[str, dict[str, float], float]) -> list[str]:
    """The likeliest status of each item of a text; items: words, statuses, probability of being an activity."""
    places = [Candidate(text.index(words), text.index(words) + len(words), "tagger") for words, _, _ in items]
    out = in_company(READER.read(text), places, [p for _, _, p in items], [s for _, s, _ in items])
    assert all(sum(s.values()) == pytest.approx(1) for s in out)
    return [max(s, key=s.__getitem__) for s in out]


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("She will get shoulder stretching and work-lift training.", "planned"),
        ("She will get shoulder stretching. Did work-lift training.", "performed"),  # another sentence
        ("Plan shoulder stretching, but work-lift training was good.", "performed"),  # a word parts them
        ("[ ] shoulder stretching  [X] work-lift training", "performed"),
    ],
)
def test_a_neighbour_in_the_sentence_is_heard(text: str, second: str) -> None:
    out = weighed(text, ("shoulder stretching", PLANNED, 0.9), ("work-lift training", OPEN, 0.9))
    assert out == ["planned", second]


def test_what_is_hardly_an_activity_is_not_heard() -> None:
    out = weighed("Will get a brace and heel raises", ("a brace", PLANNED, 0.1), ("heel raises", OPEN, 0.9))
    assert out[1] == "performed"


def test_a_status_that_words_decide_stays() -> None:
    text = "Stairs, ramp declined, curbs"
    out = weighed(text, ("Stairs", OPEN, 0.9), ("ramp", {"declined": 1.0}, 0.9), ("curbs", OPEN, 0.9))
    assert out == ["performed", "declined", "performed"]


def test_in_a_note_both_things_to_come_are_planned() -> None:
    note = Coder.load().code(
        "Bridges x10, clams x10, 12 min.\nReferred on to hand clinic, where he will get tendon glides and putty pinch."
    )
    said = {a.quote: a.status for a in note.activities}
    assert said["tendon glides"] == said["putty pinch"] == "planned"
    assert [line.code for line in note.lines] == ["97110"]
