"""Which of the activities before a stated time are one list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp_coder.extract.layout import Line
from nlp_coder.extract.reading import Reading
from nlp_coder.extract.times.lines import paragraph_end, paragraph_start
from nlp_coder.extract.times.use import Placed, performed_in

COUNTED = frozenset({"sets", "reps", "hold", "distance", "load"})
"""Dosage that shows that each item of a list has its own; "yellow" or "gr II" names the item."""


def closes_its_items(reading: Reading, activities: Sequence[Placed], line: Line, code: str | None) -> bool:
    """Whether a line of a heading's words and minutes sums up the items above it: those right above are of its code, the
    first below it is not ("- step tap / - tall kneel / NMR = 18' / - sci-fit 10'")."""
    above = performed_in(activities, paragraph_start(reading, line.start), line.start)
    if not above or activities[above[-1]].code != code:
        return False
    below = performed_in(activities, line.end, paragraph_end(reading, line.end))
    return not below or activities[below[0]].code != code


def ends_a_list(text: str, activities: Sequence[Placed], item: int, since: int) -> bool:
    """Whether an activity stands behind others of its code in one list that no time parts from it ("band rows, bike,
    stretching 23 min")."""
    others = [a for a in activities[:item] if a.performed and a.start >= since]
    if not others:
        return False
    between = text[others[-1].end : activities[item].start]
    if re.fullmatch(r"\s*(?:w/|with|and|&|\+)\s*", between):
        return True
    return others[-1].code == activities[item].code and re.search(r"[;.\n/+]", between) is None


def last_segment(text: str, activities: Sequence[Placed], group: list[int], before: int) -> list[int]:
    """Of items parted by semicolons those behind the last one, where the others are coded otherwise: in "MLD, wraps;
    exercises a, b - 10 min" the time is the exercises'.

    A time that sums up ("= 38 min", "all 20 min", "total 15 min") is all the items'.
    """
    if re.search(r"=|→|->|\ball\b|\btotal\b|\btogether\b|\bboth\b", text[activities[group[-1]].end : before]):
        return group
    for place in range(len(group) - 1, 0, -1):
        if ";" in text[activities[group[place - 1]].end : activities[group[place]].start]:
            mine = {activities[i].code for i in group[place:]}
            return group if mine & {activities[i].code for i in group[:place]} else group[place:]
    return group


def same_code_run(activities: Sequence[Placed], items: Sequence[int]) -> list[int]:
    """The last performed items that share one code."""
    mine = [i for i in items if activities[i].performed]
    place = len(mine)
    while place and activities[mine[place - 1]].code == activities[mine[-1]].code:
        place -= 1
    return mine[place:]


def differ(activities: Sequence[Placed], items: Sequence[int]) -> bool:
    """Whether items are of several codes, not all of them modalities that can be given side by side."""
    return len({activities[i].code for i in items}) > 1 and not all(activities[i].untimed for i in items)


_OWN_TIME = re.compile(r"[ \t]*(?:x|for|at)?[ \t]*\d{1,2}[ \t]*(?:min|m\b|['’′])", re.IGNORECASE)


def given_beside(text: str, activities: Sequence[Placed], last: int, following: Sequence[int], end: int) -> list[int]:
    """The modality given in the same minutes as the one before them: "IFC 15 min w/ CP"."""
    if not following or not (activities[last].untimed and activities[following[0]].untimed):
        return []
    if _OWN_TIME.match(text, activities[following[0]].end):
        return []  # "heat x 10 min w/ e-stim x 15 min"
    link = text[end : activities[following[0]].start]
    return (
        [following[0]]
        if re.fullmatch(r"[ \t]*\)?,?[ \t]*(?:w/|with|and|&|\+|under|over)[ \t]*(?:a |the )?", link, re.IGNORECASE)
        else []
    )
