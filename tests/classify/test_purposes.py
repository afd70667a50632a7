"""What counts as a stated purpose, and what is only a finding, an assistance or a cause."""

import csv
from pathlib import Path

import pytest

from nlp_coder.classify.described import PURPOSES
from nlp_coder.classify.rule_purposes import PurposeCues, purpose_cues, purpose_spans, purposes_in
from nlp_coder.tables import TableError, data_folder

STATED = [
    ("bike 10 min for endurance", ("endurance",)),
    ("rows to build strength", ("strength",)),
    ("NuStep for cardio", ("endurance",)),
    ("gait with cues for heel strike", ("gait_pattern",)),
    ("TM 5 min, working on step length", ("gait_pattern",)),
    ("stepping in bars for swing phase", ("gait_pattern",)),
    ("walking with exaggerated arm swing", ("gait_pattern",)),
    ("step-ups so she can carry laundry", ("function",)),
    ("squats to get off the toilet", ("function",)),
    ("arm raises for dressing", ("self_care",)),
    ("shoulder flexion to reach cupboard", ("function",)),
    ("side taps for weight shift", ("balance",)),
    ("wall slides for scapulohumeral rhythm", ("motor_control",)),
    ("rows, VC for posture", ("posture",)),
    ("leg press f/ str", ("strength",)),
    ("squats for strgth", ("strength",)),
    ("wall slides ↑ ROM", ("rom",)),
    ("UBE x 8' f/ endur", ("endurance",)),
    ("SLS for prop", ("proprioception",)),
    ("bird dog for NMR", ("motor_control",)),
    ("practised hinge drill to get up from the floor", ("function",)),
    ("drills to normalise gait pattern", ("gait_pattern",)),
    ("limb matching for kinaesthetic awareness", ("proprioception",)),
    ("MLD to reduce oedema", ("edema",)),
    ("heat for pain", ("pain",)),
    ("box lifts for return to work", ("work",)),
    ("bus practice for community mobility", ("community",)),
    ("reading task to improve concentration", ("cognition",)),
    ("swing for self-regulation", ("sensory",)),
    ("turning drill for dizziness", ("vestibular",)),
    ("mobs to reduce capsular restriction", ("joint",)),
    ("STM for adhesions", ("tissue",)),
    ("pegs for dexterity", ("coordination",)),
    ("calf work for flexibility", ("flexibility",)),
    ("counter task for cooking", ("home_management",)),
    ("floor work for fall prevention", ("safety",)),
    ("mat work for strength, endurance and balance", ("strength", "endurance", "balance")),
    ("circuit with emphasis on coordination", ("coordination",)),
]

NOT_STATED = [
    "quad strength 4/5", "strength: 4+/5 throughout", "balance fair", "ROM WNL", "AROM 0-120°", "endurance limited",
    "amb 100 ft CGA for balance", "min A for balance", "needs rail for balance", "weak due to decreased strength",
    "secondary to poor balance", "unable to carry laundry", "tolerated well", "quad sets 3x10", "balance improved",
    "evaluated for balance loss", "",
]  # fmt: skip


@pytest.mark.parametrize(("text", "purposes"), STATED, ids=[t for t, _ in STATED])
def test_a_stated_purpose_is_found(text: str, purposes: tuple[str, ...]) -> None:
    assert purposes_in(text) == purposes


@pytest.mark.parametrize("text", NOT_STATED)
def test_findings_assistance_and_causes_are_no_purposes(text: str) -> None:
    assert purposes_in(text) == ()


def test_the_deciding_words_are_located() -> None:
    text = "İ treadmill for endurance"  # a letter whose lower case is longer must not shift the offsets
    [(purpose, start, end)] = purpose_spans(text)
    assert (purpose, text[start:end]) == ("endurance", "endurance")


def test_the_table_is_broad() -> None:
    assert len(purpose_cues().cues) >= 250
    assert {cue.purpose for cue in purpose_cues().cues if cue.how in ("aim", "alone")} == set(PURPOSES)
    with (data_folder() / "lexicon" / "purposes.csv").open(encoding="utf-8") as handle:
        assert all(row["source"] for row in csv.DictReader(handle))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("grit,courage,aim,me", "row 2: purpose 'courage' is unknown"),
        ("grit,strength,always,me", "row 2: how is 'always'"),
        ("grit,strength,aim,", "row 2: source is empty"),
        ("grit|,strength,aim,me\ngrit|,balance,aim,me", "row 3: 'grit|' stands in row 2"),
        ("* ,strength,aim,me", "row 2: cue"),
    ],
)
def test_a_wrong_row_is_refused_by_name(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "purposes.csv"
    path.write_text("cue,purpose,how,source\n" + row + "\n", encoding="utf-8")
    with pytest.raises(TableError, match=message.replace("|", r"\|")):
        PurposeCues(path)
