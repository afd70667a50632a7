"""The rules alone, without model or lexicon, code the 64 phrases of the seed documents (tests/data/seed_cases.csv)."""

import csv
from pathlib import Path

import pytest

from nlp_coder.classify.described import Described
from nlp_coder.classify.rule_purposes import purposes_in
from nlp_coder.classify.rules import match, weights

CASES = list(csv.DictReader((Path(__file__).parents[1] / "data" / "seed_cases.csv").open(encoding="utf-8")))


def test_all_seed_cases_are_there() -> None:
    assert len(CASES) == 64


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_rules_alone_choose_the_seeds_code(case: dict[str, str]) -> None:
    phrase = case["phrase"]
    sums = weights(match(Described(phrase, phrase, purposes=purposes_in(phrase))))
    assert next(iter(sums), None) == case["code"], sums
