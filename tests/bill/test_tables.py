"""The rule tables: what ships is right, and each checker names file and row."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest

from nlp_coder import tables
from nlp_coder.bill import load_rulebook

RULES = tables.data_folder() / "rules"
NOW = date(2024, 8, 15)


@pytest.fixture
def folder(tmp_path) -> Path:
    copy = tmp_path / "rules"
    shutil.copytree(RULES, copy)
    return copy


def change(path: Path, column: str, value: str, row: int = 0) -> None:
    with open(path, encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    rows[row][column] = value
    with open(path, "w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def add(path: Path, line: str) -> None:
    path.write_text(path.read_text("utf-8") + line + "\n", "utf-8")


@pytest.mark.parametrize(
    ("table", "column", "value", "words"),
    [
        ("codes.csv", "code", "9711", "no procedure code"),
        ("codes.csv", "code", "97012", "97012 is there twice"),
        ("codes.csv", "source", "", "source is empty"),
        ("codes.csv", "source", "Z99", "'Z99' is not in sources.csv"),
        ("codes.csv", "timed", "yes", "must be one of 0, 1"),
        ("codes.csv", "timed", "1", "a timed code has 15 and 8"),
        ("codes.csv", "status", "gone", "must be one of active, deleted"),
        ("codes.csv", "status", "deleted", "does not say since when"),
        ("codes.csv", "effective", "2020-13-01", "is no date"),
        ("codes.csv", "replaced_by", "11111", "'11111' is not in codes.csv"),
        ("codes.csv", "mue", "six", "no whole number"),
        ("codes.csv", "unit_minutes", "15", "go together"),
        ("codes.csv", "only_modifier", "GX", "must be one of"),
        ("ncci_pairs.csv", "column1", "11111", "'11111' is not in codes.csv"),
        ("ncci_pairs.csv", "column1", "29105", "same code"),
        ("ncci_pairs.csv", "modifier_indicator", "2", "must be one of 0, 1, 9"),
        ("ncci_pairs.csv", "oph_modifier_indicator", "2", "must be one of"),
        ("ncci_pairs.csv", "deleted_on", "20191231", "is no date"),
        ("ncci_pairs.csv", "source", "", "source is empty"),
        ("kx_thresholds.csv", "year", "26", "no year of service"),
        ("kx_thresholds.csv", "amount", "2,010", "no whole number"),
        ("kx_thresholds.csv", "disciplines", "OT", "already has a threshold"),
        ("modifiers.csv", "kind", "other", "must be one of"),
        ("modifiers.csv", "test", "over_tenth", "must be one of"),
        ("modifiers.csv", "modifier", "GO", "overlaps"),
        ("addons.csv", "primary", "11111", "'11111' is not in codes.csv"),
        ("addons.csv", "addon", "97551", "97551 is there twice"),
        ("encounters.csv", "only", "first", "must be one of initial, subsequent"),
        ("encounters.csv", "code", "97761", "overlaps"),
        ("encounters.csv", "effective_to", "2017-01-01", "lies before"),
        ("successors.csv", "use", "97127|11111", "'11111' is not in codes.csv"),
        ("successors.csv", "effective_from", "2018", "is no date"),
        ("documentation.csv", "named", "yes", "must be one of 0, 1"),
        ("documentation.csv", "element", "quantity", "is there twice"),
        ("settings.csv", "ncci_file", "clinic", "must be one of practitioner, hospital"),
        ("settings.csv", "setting", "snf", "snf is there twice"),
        ("sources.csv", "id", "U2", "U2 is there twice"),
    ],
)
def test_a_wrong_cell_is_said_with_file_and_row(folder, table, column, value, words):
    change(folder / table, column, value)
    with pytest.raises(tables.TableError) as caught:
        load_rulebook(folder)
    assert table in str(caught.value) and " row " in str(caught.value)
    assert words in str(caught.value)


def test_overlapping_periods_of_a_pair(folder):
    add(folder / "ncci_pairs.csv", "97161,97750,0,2024-01-01,,N1,high,1,test,")
    with pytest.raises(tables.TableError, match=r"ncci_pairs.csv row \d+: its period overlaps that of"):
        load_rulebook(folder)


def test_a_missing_column(folder):
    path = folder / "addons.csv"
    path.write_text(path.read_text("utf-8").replace("primary", "main", 1), "utf-8")
    with pytest.raises(tables.TableError, match=r"addons\.csv: column primary is missing"):
        load_rulebook(folder)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('unit_rule = "cms"', 'unit_rule = "half"', "must be one of cms, ama"),
        ("kx = true", 'kx = "yes"', "kx must be true or false"),
        ("kx = true", "kxx = true", "key 'kxx' is unknown"),
        ("ncci = true", "", "ncci must be true or false"),
        ("[edits]", "[edit]", "key 'edit' is unknown"),
        ('name = "medicare"', 'name = "other"', "it must be the file's own"),
        ('code = "97014"', 'code = "11111"', "'11111' is not in codes.csv"),
        ('use = "G0283"', 'use = "11111"', "'11111' is not in codes.csv"),
        ('source = "C2"', "", "source is missing"),
        ('sources = ["U1"', 'sources = ["Z9"', "'Z9' is not in sources.csv"),
        ('"medicare_b"', '"medicaid"', "is already that of"),
        ("label =", "label", "not readable as TOML"),
    ],
)
def test_a_wrong_payer_profile_is_said_with_its_file(folder, old, new, words):
    path = folder / "payers/medicare.toml"
    assert old in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(tables.TableError) as caught:
        load_rulebook(folder)
    assert ".toml" in str(caught.value) and words in str(caught.value)


def test_the_profile_for_no_payer_must_exist(folder):
    (folder / "payers/unstated.toml").unlink()
    with pytest.raises(tables.TableError, match=r"unstated\.toml is missing"):
        load_rulebook(folder)


def test_the_digest_follows_the_tables(folder):
    before = load_rulebook(folder / "../rules").digest
    add(folder / "addons.csv", "98981,98980,,D7")
    assert load_rulebook(folder).digest != before == load_rulebook().digest


def active(codes, day=NOW, file="practitioner"):
    return {(p.column1, p.column2): i for p, i in load_rulebook().active_pairs(codes.split(), day, file)}


def test_pairs_follow_the_specification():
    """Rows of billing-rules 4.2, practitioner file, and their stars in the hospital file."""
    evaluations = "97161 95851 95852 97164 97750 97755 97763"
    stars = {("97161", c): 0 for c in ("95851", "95852", "97164", "97750", "97755", "97763")}
    found = {k: v for k, v in active(evaluations).items() if k[0] == "97161"}
    assert found == stars
    found = {k: v for k, v in active(evaluations, file="hospital").items() if k[0] == "97161"}
    assert {k[1] for k, v in found.items() if v == 1} == {"97750", "97755", "97763"}
    # the treatment codes have no pair with one another or with an evaluation; the evaluations have, with indicator 0
    evaluations = active("97161 97162 97163") | active("97165 97166 97167")
    assert active("97110 97112 97116 97140 97530 97535 97161 97162 97163 97165 97166 97167 20560") == evaluations
    assert set(evaluations.values()) == {0}


def test_thresholds_and_settings():
    rules = load_rulebook()
    assert [rules.threshold(date(y, 1, 1), "OT").amount for y in (2024, 2025, 2026)] == [2330, 2410, 2480]
    assert rules.threshold(date(2030, 1, 1), "PT") is None
    assert rules.ncci_file("Hospital outpatient") == "hospital"
    assert rules.ncci_file("outpatient ortho") == rules.ncci_file(None) == "practitioner"
    assert rules.payer("Aetna").name == "commercial_ama"
    assert rules.payer("nobody") is None


def test_every_code_of_the_specification_is_there():
    rules = load_rulebook()
    assert len(rules.codes) >= 138
    timed = " ".join(sorted(c for c, r in rules.codes.items() if r.timed and r.deleted_from is None))
    assert timed == (
        "97032 97033 97034 97035 97036 97110 97112 97113 97116 97124 97129 97130 97140 97530 97533 97535 97537 97542 "
        "97750 97755 97760 97761 97763"
    )
