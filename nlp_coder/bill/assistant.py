"""Which units an assistant gave: the test behind CQ and CO (billing-rules §6; T1, T2).

Timed codes are decided per 15-minute unit after the units are known. Whole 15s go to whoever gave them. Of the units
left: where two are left, one is the therapist's and one the assistant's; where one is left, since 2022 the therapist's
own 8 minutes make it the therapist's, whatever the assistant did; else it is the assistant's if more than 10% of its
minutes are. In 2020 and 2021 the 10% alone decided. Untimed codes: more than 10% of the minutes. Minutes given together
count as the therapist's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nlp_coder.note import FIRST_UNIT, UNIT


@dataclass(frozen=True, slots=True)
class Shares:
    """Units and minutes of one code by who gave them, with the reason in words."""

    therapist_units: int
    assistant_units: int
    therapist_minutes: int
    assistant_minutes: int
    why: str


def shares(code: str, timed: bool, units: int, minutes: int | None, given: Mapping[str, float], test: str) -> Shares:
    """How the units of a code divide. given: {"therapist": minutes, "assistant": minutes}; test: of modifiers.csv.

    >>> shares("97535", True, 1, 15, {"therapist": 13, "assistant": 2}, "therapist_eight").assistant_units
    0
    >>> shares("97110", True, 2, 36, {"therapist": 13, "assistant": 23}, "therapist_eight").assistant_units
    1
    """
    therapist, assistant = _alone(minutes, given)
    unnamed = "" if minutes is None else _unnamed(minutes, given)
    if assistant == 0:
        return Shares(units, 0, therapist, 0, "")
    if not timed:
        over = _over_tenth(assistant, therapist)
        why = f"{code}: assistant {assistant} of {therapist + assistant} min, {'over' if over else 'not over'} 10%{unnamed}."
        return Shares(0 if over else units, units if over else 0, therapist, assistant, why)
    whole = min(therapist // UNIT, units)
    by_assistant = min(assistant // UNIT, units - whole)
    left = units - whole - by_assistant
    rest, rest_assistant = therapist % UNIT, assistant % UNIT
    last = ""
    if left >= 2:
        # two units are left only where both have minutes beyond their whole 15s: one each (T1)
        whole, by_assistant = whole + left - 1, by_assistant + 1
        last = f"of the last two units ({rest} and {rest_assistant} min) one is each one's"
    elif left == 1 and test == "therapist_eight" and rest >= FIRST_UNIT:
        whole += 1
        last = f"the therapist's own {rest} min make the last unit the therapist's"
    elif left == 1 and _over_tenth(rest_assistant, rest):
        by_assistant += 1
        last = f"the last unit is the assistant's ({rest_assistant} of {rest + rest_assistant} min, over 10%)"
    elif left == 1:
        whole += 1
        last = f"the last unit is the therapist's (assistant {rest_assistant} of {rest + rest_assistant} min)"
    else:
        last = "whole 15s go to whoever gave them"
    why = f"{code}: therapist {therapist} min, assistant {assistant} min; {last}{unnamed}."
    return Shares(whole, by_assistant, therapist, assistant, why)


def _alone(minutes: int | None, given: Mapping[str, float]) -> tuple[int, int]:
    """(therapist's, assistant's) minutes; time given together, or by nobody named, is the therapist's."""
    therapist, assistant = int(given.get("therapist") or 0), int(given.get("assistant") or 0)
    if minutes is None:
        return therapist, assistant
    assistant = max(0, min(assistant, minutes - therapist))
    return minutes - assistant, assistant


def _unnamed(minutes: int, given: Mapping[str, float]) -> str:
    """What is said where the shares do not add up to the code's minutes."""
    shares = int(given.get("therapist") or 0) + int(given.get("assistant") or 0)
    if shares < minutes:
        return f"; {minutes - shares} min are given to neither and count as the therapist's"
    if shares > minutes:
        return f"; {shares - minutes} min were given together and count as the therapist's"
    return ""


def _over_tenth(assistant: int, therapist: int) -> bool:
    return assistant * 10 > assistant + therapist
