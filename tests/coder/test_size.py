"""The time a note takes grows with its length and no faster."""

from __future__ import annotations

import itertools
import time

import pytest

from nlp_coder import Coder

MOVES = ["quad sets 3x10", "heel slides x15", "SLR 2x10 with 2#", "tandem stance 3x30s on foam", "gait with FWW 150 ft CGA",
         "patellar mobs gr III", "bridges x12", "stairs x4 with rail", "seated marching 2x15", "STM to L quad"]  # fmt: skip
DAYS = ["TE 15 min: {}, {}; {} for strength.", "MT 8 min: {}, cues for form.", "- {}\n- {}\n- {} 5 min",
        "Plan: {} next visit. Pt tolerated {} well.", "HEP: {}, {}", "Group: {} with 3 other patients, 20 min."]  # fmt: skip


def long_note(length):
    """A note of so many characters: line after line of work, no two paragraphs alike."""
    moves, lines, size = itertools.cycle(MOVES), [], 0
    for number, day in enumerate(itertools.cycle(DAYS)):
        lines.append(day.format(*(f"{next(moves)} {'ABCDEFGH'[number % 8]}" for _ in range(3))))
        size += len(lines[-1]) + 1
        if size > length:
            return "\n".join(lines)[:length]


@pytest.fixture(scope="module")
def coder():
    coder = Coder.load()
    coder.code(long_note(3_000))  # tables are read and expressions compiled when first needed
    return coder


def seconds(coder, text):
    """Processor time of the faster of two runs: other programs on the machine count for little."""
    times = []
    for _ in range(2):
        begun = time.process_time()
        coder.code(text)
        times.append(time.process_time() - begun)
    return min(times)


@pytest.mark.parametrize("joint", ["\n", " "])
def test_four_times_the_text_takes_about_four_times_as_long(coder, joint):
    """In lines, and where the export has lost its line ends and the whole note is one line."""
    short, long = (long_note(n).replace("\n", joint) for n in (4_000, 16_000))
    assert seconds(coder, long) < 8 * seconds(coder, short)


@pytest.mark.slow
def test_forty_thousand_characters(coder):
    each = [seconds(coder, long_note(n)) for n in (10_000, 20_000, 40_000)]
    assert each[1] < 3 * each[0]
    assert each[2] < 3 * each[1]
