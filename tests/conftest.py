"""What tests of several folders share: the command as users run it, and a coded note built by hand."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

# before numpy is loaded, and for the commands that tests start: tests run side by side, and where there are more threads than
# cores those of the linear algebra wait for each other, twenty times as long as they compute
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from nlp_coder.note import Activity, Alert, Alternative, BodyPart, CodedNote, Dosage, Evidence, ServiceLine

# what the user of this machine has imported or written must not change what the tests see
os.environ["NLP_CODER_NCCI"] = "shipped"
for _name in ("NLP_CODER_PAYERS", "NLP_CODER_TABLES", "NLP_CODER_MODEL"):
    os.environ.pop(_name, None)

ROOT = Path(__file__).parent.parent
os.environ["NLP_CODER_MODELS"] = str(ROOT / "no models of the user")
EXAMPLES = ROOT / "data" / "examples"
HAND_TEXT = (
    "R knee, <week 4> & Medicare\r\n"
    "TE 23 min: quad sets 3x10, heel slides x15 for ROM\r\n"
    "Gait 6 min: walked 150 ft with SPC, cues for heel strike\r\n"
    "Cold pack 10 min. Balance on foam held. HEP: =quad sets\r\n"
)


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def command() -> tuple[str, ...]:
    """The installed command, or the module where it is not installed."""
    script = Path(sys.executable).parent / "nlp-coder"
    return (str(script),) if script.is_file() else (sys.executable, "-m", "nlp_coder.cli.app")


@pytest.fixture
def run(command: tuple[str, ...], tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Runs the command in an empty folder: run("code", "visit.txt", stdin=b"...", env={...})."""

    def call(
        *words: object, stdin: bytes = b"", env: Mapping[str, str] | None = None, timeout: float = 120
    ) -> subprocess.CompletedProcess[bytes]:
        clean = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NLP_CODER_DEBUG", "FORCE_COLOR")}
        return subprocess.run(
            [*command, *map(str, words)],
            input=stdin,
            capture_output=True,
            cwd=tmp_path,
            env={**clean, **(env or {})},
            timeout=timeout,
            check=False,
        )

    return call


@pytest.fixture(scope="session")
def small_parts() -> Callable[[], AbstractContextManager[None]]:
    """with small_parts(): see tests/small_parts.py."""
    return runpy.run_path(str(ROOT / "tests" / "small_parts.py"))["small_parts"]


@pytest.fixture
def hand_note() -> CodedNote:
    """A coded note with every part filled, built by hand: rendering is tested without a model."""

    def span(words: str, last: bool = False) -> tuple[int, int]:
        start = HAND_TEXT.rindex(words) if last else HAND_TEXT.index(words)
        return start, start + len(words)

    def activity(words: str, status: str, code: str, confidence: float, last: bool = False, **more: object) -> Activity:
        start, end = span(words, last)
        return Activity(words, start, end, status, code, confidence, **more)  # type: ignore[arg-type]

    strike = span("heel strike")
    activities: Sequence[Activity] = (
        activity("quad sets", "performed", "97110", 0.98, dosage=Dosage(sets=3, reps=10), body_parts=(BodyPart("knee", "right"),),
                 evidence=(Evidence("lexicon", "quad-set", "97110", 0.5, "quad sets train strength", "general knowledge"),)),
        activity("heel slides", "performed", "97110", 0.91, alternatives=(Alternative("97530", 0.06),), dosage=Dosage(reps=15)),
        activity("walked", "performed", "97116", 0.88, minutes=6, minutes_from="block", assistance="SPC",
                 evidence=(Evidence("rule", "purpose-gait", "97116", 0.8, "the gait pattern is the purpose", "guide", *strike),
                           Evidence("model", "default", "97116", 0.9, "trained on labelled notes: weighs “walked”", "1"))),
        activity("Cold pack", "performed", "97010", 0.99, minutes=10),
        activity("Balance on foam", "declined", "97112", 0.9),
        activity("=quad sets", "home_program", "97110", 0.97, last=True),
    )  # fmt: skip
    return CodedNote(
        id="visit-7",
        text=HAND_TEXT,
        discipline="PT",
        unit_rule="cms",
        activities=tuple(activities),
        lines=(
            ServiceLine("97110", 2, 23, ("GP",), (0, 1), explanation="2 units from 23 minutes."),
            ServiceLine("97116", 0, 6, (), (2,), explanation="6 minutes earn no unit."),
            ServiceLine("97010", 1, 10, (), (3,), timed=False, billable=False),
        ),
        timed_minutes=29,
        total_minutes=39,
        alerts=(
            Alert("missing_documentation", "info", "Say the goal.", "97110", "functional_goal"),
            Alert("not_payable", "error", "97010 is never paid by Medicare. Leave it off the claim.", "97010", None, *span("Cold pack")),
            Alert("below_eight_minutes", "warning", "97116 has 6 minutes, fewer than 8.", "97116"),
        ),
        unit_explanation=("29 timed minutes allow 2 units.",),
        model={"program": "0.1.0", "digest": "abc"},
    )  # fmt: skip
