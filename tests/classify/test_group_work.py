"""Whether a note says that work was done with two or more patients at once."""

from __future__ import annotations

import pytest

from nlp_coder.classify.group_work import in_group
from nlp_coder.learn.teach_tagger import Reader


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.mark.parametrize(
    ("note", "activity", "group"),
    [
        ("Balance class, 6 participants, 30 min: tandem walking", "tandem walking", True), ("Grp rm 2, n=5: menu planning", "menu planning", True),
        ("30 min pull-out w/ 1 peer: slant-line handwriting", "slant-line handwriting", True), ("Seen with another Medicare pt. tband rows", "tband rows", True),
        ("Group (4 residents, 30 min, 97150): rhythm sticks, seated kicks", "seated kicks", True),
        ("Walking club 20 min: hallway laps", "hallway laps", True),
        ("Four residents at the table: balloon volley", "balloon volley", True), ("Wall slides with 3 other patients", "Wall slides", True),
        ("Min ind: 60  Group: 0\nRolling L/R SBA", "Rolling L/R", False), ("No group today. Bike 8 min", "Bike", False),
        ("Donned the class 2 sleeve, then MLD to upper arm", "MLD to upper arm", False), ("Motor room then class. scooter board pulls", "scooter board pulls", False),
        ("stair climbing with one rail to reach class", "stair climbing", False), ("Stretched each muscle group. Quad sets", "Quad sets", False),
        ("Golf club swings, hip hinge", "hip hinge", False), ("Exercise class, 5 pts: marching; after class hot pack to knees", "hot pack", False),
        ("Quilting group wants her back. Paraffin, putty pinch", "putty pinch", False), ("Led a tai chi class at the senior ctr. Squats x10", "Squats", False),
        ("Group 2 power chair, tilts. Drive training in hall", "Drive training", False), ("Support group on Weds.\nReading with magnifier", "Reading", False),
        ("GROUP THERAPY NOTE\nGoal: balance\nActivities: ball tap", "ball tap", True),
        ("GROUP NOTE\nBall tap\nIndividual treatment after group: curb work", "curb work", False),
        ("Wife says he tires after an hour of group work. Planner set-up 20 min", "Planner set-up", False),
        ("Did floor exercises in a class at the hospital. Stool posture 10 min", "Stool posture", False),
        ("Attended the group for 30 min: band rows", "band rows", True),
        ("Group of 4, band pulls. individual gait training", "individual gait training", False), ("Patient and child seen. squats x10", "squats", False),
    ],
)  # fmt: skip
def test_group_work(reader: Reader, note: str, activity: str, group: bool) -> None:
    start = note.index(activity)
    assert in_group(reader.read(note), start, start + len(activity)) is group
