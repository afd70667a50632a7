"""The README says what the program does: its sessions are real output, its Python runs, its lists are the tables'.

`make readme` (this file run as a script) writes sessions and lists anew.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
SESSION = re.compile(r"(<!-- session -->\n```console\n\$ ([^\n]+)\n)(.*?)(```\n)", re.DOTALL)
CODES = re.compile(r"(<!-- generated: codes -->\n).*?(<!-- end -->\n)", re.DOTALL)
DOCTEST = re.compile(r"<!-- doctest -->\n```python\n(.*?)```\n", re.DOTALL)
COMMAND = re.compile(r"<!-- command: (\w+) -->\n```sh\n([^\n]+)\n```\n")


def output_of(command: str) -> str:
    """What a command of a session prints, in the project's folder."""
    scripts = str(Path(sys.executable).parent)
    clean = {
        k: v for k, v in os.environ.items() if k not in ("COLUMNS", "FORCE_COLOR") and not k.startswith("NLP_CODER_")
    }
    # what its writer has imported or trained is not the README's
    clean.update(NLP_CODER_NCCI="shipped", NLP_CODER_MODELS=str(ROOT / "no models of the user"))
    clean["PATH"] = scripts + os.pathsep + clean.get("PATH", "")
    done = subprocess.run(["bash", "-euc", command], capture_output=True, text=True, cwd=ROOT, env=clean, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def code_lists() -> str:
    """The codes that coding rules can propose, timed and untimed, in a coder's order."""
    from nlp_coder.bill import load_rulebook
    from nlp_coder.classify.rules import rule_book

    book = load_rulebook().codes
    codes = sorted({r.code for r in rule_book().rules.values() if r.code in book})
    rows = ["| code | what it is for, in our words | time |", "|---|---|---|"]
    for code in codes:
        rule = book[code]
        time = "15 min" if rule.timed else f"{rule.unit_minutes} min" if rule.unit_minutes else "untimed"
        rows.append(f"| {code} | {rule.label} | {time} |")
    return f"\n<details><summary>{len(codes)} codes</summary>\n\n" + "\n".join(rows) + "\n\n</details>\n\n"


def renewed(text: str) -> str:
    """The README with every session's real output and the codes of the tables."""
    text = SESSION.sub(lambda m: m[1] + output_of(m[2]) + m[4], text)
    return CODES.sub(lambda m: m[1] + code_lists() + m[2], text)


@pytest.fixture(scope="module")
def readme() -> str:
    return README.read_text(encoding="utf-8")


def test_every_session_shows_the_real_output(readme: str) -> None:
    sessions = SESSION.findall(readme)
    assert len(sessions) >= 2
    for _, command, shown, _ in sessions:
        assert shown == output_of(command), f"`make readme` writes the README's output of: {command}"


def test_the_list_of_codes_is_the_tables(readme: str) -> None:
    found = CODES.search(readme)
    assert found and code_lists() in found[0], "`make readme` writes the list anew"


def test_the_python_examples_run(readme: str) -> None:
    examples = DOCTEST.findall(readme)
    assert examples
    for number, example in enumerate(examples):
        test = doctest.DocTestParser().get_doctest(example, {}, f"README example {number}", str(README), 0)
        result = doctest.DocTestRunner(verbose=False).run(test)
        assert result.attempted and not result.failed


def test_the_two_commands_stand_where_the_build_finds_them(readme: str) -> None:
    assert [name for name, _ in COMMAND.findall(readme)] == ["code", "test"]
    assert "pip install . && nlp-coder code data/examples/" in COMMAND.findall(readme)[0][1]


def test_every_command_and_every_file_named_exists(readme: str) -> None:
    from nlp_coder.cli.app import app

    for command in app.registered_commands:
        assert f"nlp-coder {command.name}" in readme
    for path in re.findall(r"`((?:data|models)/[\w/.-]+|[A-Z]+(?:\.md)?)`", readme):
        if path not in ("models/mine",):
            assert (ROOT / path).exists(), path


if __name__ == "__main__":
    README.write_text(renewed(README.read_text(encoding="utf-8")), encoding="utf-8")
