"""The pages under docs/ are true: commands as their help says, the record as the program writes it, links that lead somewhere.

`make docs` (this file run as a script) writes the commands' pages and the numbers of labels anew.
"""

from __future__ import annotations

import dataclasses
import doctest
import enum
import inspect
import json
import re
import sys
import tomllib
import typing
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any

import pytest
import typer.models

from nlp_coder.alerts import LOW_CONFIDENCE
from nlp_coder.cli.app import app
from nlp_coder.coder import Coder
from nlp_coder.note import (
    Activity,
    Alert,
    Alternative,
    BodyPart,
    CodedNote,
    DocumentationItem,
    Dosage,
    Evidence,
    ServiceLine,
    VisitContext,
)

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(
    [*DOCS.rglob("*.md"), *(ROOT / n for n in ("README.md", "SECURITY.md", "CONTRIBUTING.md", "data/README.md"))]
)
MARK = "<!-- generated from the command's help by `make docs`; do not edit -->"
PARTS = {
    "The note": CodedNote, "An activity": Activity, "Evidence": Evidence, "An alternative": Alternative, "Dosage": Dosage,
    "A body part": BodyPart, "A claim line": ServiceLine, "An alert": Alert, "An element of the documentation": DocumentationItem,
}  # fmt: skip
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)(?:#([\w-]+))?\)")
PATHS = re.compile(r"`((?:data|models|docs|notebooks|tests|nlp_coder)/[\w/.-]+)`")
YOURS = ("models/mine", "models/clinic")


def commands() -> Iterator[tuple[str, Any]]:
    """(name as it is typed after `nlp-coder`, function) of every command, in the order of the help."""
    for info in app.registered_commands:
        yield str(info.name or info.callback.__name__), info.callback  # type: ignore[union-attr]
    for group in app.registered_groups:
        assert group.typer_instance is not None
        for info in group.typer_instance.registered_commands:
            assert info.callback is not None
            yield f"{group.name} {info.name or info.callback.__name__}", info.callback


def command_page(name: str, function: Any) -> str:
    """A command's page in Markdown, from the words of its help alone (whatever version of typer shows them)."""
    told = inspect.cleandoc(function.__doc__ or "")
    arguments, options = [], []
    for key, hint in typing.get_type_hints(function, include_extras=True).items():
        parts = typing.get_args(hint)
        info = next((p for p in parts if isinstance(p, typer.models.ParameterInfo)), None)
        if info is None or info.hidden:
            continue
        default = inspect.signature(function).parameters[key].default
        row = f"{_values(parts[0], info.metavar, key)} | {_help(info)}{_default(default)}{_variable(info)} |"
        if isinstance(info, typer.models.ArgumentInfo):
            arguments.append(f"| {row}")
        else:
            # inside Annotated the first name stands where a default would
            told_names = [
                d for d in (info.default, *(info.param_decls or ())) if isinstance(d, str) and d.startswith("-")
            ]
            names = told_names or [f"--{key.replace('_', '-')}"]
            options.append(
                f"| {', '.join(f'`{n}`' for n in sorted(names, key=lambda n: not n.startswith('--')))} | {row}"
            )
    usage = " ".join(["nlp-coder", name, "[OPTIONS]" if options else "", *(a.split("`")[1] for a in arguments)])
    page = [MARK, "", f"# nlp-coder {name}", "", "```", re.sub(" +", " ", usage), "```", "", told, ""]
    if arguments:
        page += ["| argument | |", "|---|---|", *arguments, ""]
    if options:
        page += ["| option | takes | |", "|---|---|---|", *options, ""]
    return "\n".join(page)


def _values(kind: Any, metavar: str | None, name: str) -> str:
    alternatives = [a for a in typing.get_args(kind) if a is not type(None)]
    if isinstance(kind, UnionType) and len(alternatives) == 1:
        kind = alternatives[0]
    if inspect.isclass(kind) and issubclass(kind, enum.Enum):
        return " ".join(f"`{choice.value}`" for choice in kind)
    if kind is bool:
        return ""
    return f"`{metavar or name.upper()}`"


def _help(info: Any) -> str:
    return str(info.help or "").replace("|", "\\|")


def _default(value: Any) -> str:
    if isinstance(value, enum.Enum):
        value = value.value
    shown = value not in (None, False, "", inspect.Parameter.empty, ...) and not isinstance(value, (list, tuple))
    return f" Default: `{value}`." if shown else ""


def _variable(info: Any) -> str:
    return f" Also: `{info.envvar}`." if isinstance(info.envvar, str) else ""


def pages_of_commands() -> dict[str, str]:
    """File name -> text of docs/commands/, with an index."""
    out = {f"{name.replace(' ', '-')}.md": command_page(name, function) for name, function in commands()}
    rows = [
        f"| [`{name}`]({name.replace(' ', '-')}.md) | {' '.join(inspect.cleandoc(f.__doc__ or '').split(chr(10) * 2)[0].split())} |"
        for name, f in commands()
    ]
    out["README.md"] = "\n".join([MARK, "", "# Commands", "", "| command | |", "|---|---|", *rows, ""])
    return out


def anchors(page: Path) -> set[str]:
    """The names that headings can be linked by."""
    found = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in found}


LABELS = re.compile(r"(<!-- generated: labels -->\n).*?(<!-- end -->\n)", re.DOTALL)


def label_tables() -> str:
    """The numbers of labels by writer and by code, from the compiled files."""
    notes, phrases = (
        [json.loads(line) for line in (ROOT / "data/labels" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
        for name in ("notes", "phrases")
    )
    by_writer: dict[str, Counter[str]] = defaultdict(Counter)
    by_code: Counter[str] = Counter()
    for kind, records in (("notes", notes), ("phrases", phrases)):
        for record in records:
            by_writer[record["writer"]].update({kind: 1, "activities": len(record["activities"])})
            by_code.update(a["code"] for a in record["activities"])
    rows = ["| writer | notes | phrases | activities |", "|---|---|---|---|"]
    for writer in sorted(by_writer, key=lambda w: (not w.startswith("w"), len(w), w)):
        n = by_writer[writer]
        rows.append(f"| {writer} | {n['notes']} | {n['phrases']} | {n['activities']} |")
    total = f"{len(notes)} notes and {len(phrases)} phrases with {sum(by_code.values())} marked activities."
    codes = ", ".join(f"{code} {n}" for code, n in sorted(by_code.items(), key=lambda x: (-x[1], x[0])))
    return f"\n{total}\n\n" + "\n".join(rows) + f"\n\nActivities by code: {codes}.\n\n"


def with_labels(text: str) -> str:
    """data/README.md with the numbers of today's label files."""
    return LABELS.sub(lambda m: m[1] + label_tables() + m[2], text)


def test_the_numbers_of_labels_are_the_files() -> None:
    text = (ROOT / "data/README.md").read_text(encoding="utf-8")
    assert LABELS.search(text) and with_labels(text) == text, "`make docs` counts the labels anew"


def test_commands_are_described_as_their_help_does() -> None:
    wanted = pages_of_commands()
    assert len(wanted) > 10
    kept = {p.name: p.read_text(encoding="utf-8") for p in (DOCS / "commands").glob("*.md")}
    assert kept == wanted, "`make docs` writes the commands' pages anew"


def test_what_a_commands_page_says_comes_from_its_help() -> None:
    page = pages_of_commands()["code.md"]
    assert "nlp-coder code [OPTIONS] FILE" in page
    assert "`table` `json` `csv` `html`" in page and "Default: `table`." in page and "`NLP_CODER_MODEL`" in page


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_and_paths_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target, anchor in LINK.findall(text):
        there = (page.parent / target).resolve()
        assert there.exists(), f"{page.name}: {target}"
        assert not anchor or anchor in anchors(there), f"{page.name}: {target}#{anchor}"
    for path in PATHS.findall(text):
        assert path.startswith(YOURS) or (ROOT / path).exists(), f"{page.name}: {path}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_commands_and_options_named_exist(page: Path) -> None:
    known = dict(commands())
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in re.findall(r"nlp-coder ([a-z][^\n`|]*)", text):
        words = line.split()
        name = next((n for n in (" ".join(words[:2]), words[0]) if n in known), None)
        if name is None:
            groups = {n.split()[0] for n in known}
            assert words[0] in groups or words[0] not in ("code", "batch"), line
            continue
        options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", line.split("#")[0].split(";")[0]))
        told = pages_of_commands()[f"{name.replace(' ', '-')}.md"]
        missing = {o for o in options - {"--help"} if f"`{o}`" not in told}
        assert not missing, f"{page.name}: nlp-coder {line}: {missing}"


@pytest.mark.parametrize("part", PARTS)
def test_every_field_of_the_record_is_described(part: str) -> None:
    fields = [f.name for f in dataclasses.fields(PARTS[part])]
    section = (DOCS / "record.md").read_text(encoding="utf-8").split(f"## {part}\n", 1)[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == fields


def test_the_fields_of_the_visit_are_described() -> None:
    section = (DOCS / "record.md").read_text(encoding="utf-8").split("## The visit\n", 1)[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == [f.name for f in dataclasses.fields(VisitContext)]


def test_a_record_has_the_described_fields_and_no_others() -> None:
    record = Coder.load().code("Gait training 10 min x 100 ft CGA, cues for heel strike. Total 12 min.").to_dict()
    text = (DOCS / "record.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))

    def names(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield key
                # the context's and the model's keys are described by their own sections and rows
                yield from names(inner) if key not in ("context", "model", "unit_table") else ()
        elif isinstance(value, list):
            for inner in value:
                yield from names(inner)

    assert set(names(record)) <= described


def test_the_python_examples_run() -> None:
    pages = {
        p: re.findall(r"<!-- doctest -->\n```python\n(.*?)```\n", p.read_text(encoding="utf-8"), re.DOTALL)
        for p in PAGES
    }
    examples = [(p, e) for p, found in pages.items() if p.parent == DOCS for e in found]
    assert examples
    for page, example in examples:
        test = doctest.DocTestParser().get_doctest(example, {}, page.name, str(page), 0)
        result = doctest.DocTestRunner(verbose=False).run(test)
        assert result.attempted and not result.failed, page.name


def test_the_threshold_of_low_confidence_is_as_told() -> None:
    assert f"Below {LOW_CONFIDENCE:.0%}".replace("%", " %") in (DOCS / "coders-guide.md").read_text(encoding="utf-8")
    assert f"Below {LOW_CONFIDENCE}," in (DOCS / "how-a-code-is-decided.md").read_text(encoding="utf-8")


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(d for extra in project["optional-dependencies"].values() for d in extra)]
    names = {re.split(r"[<>=~\[; ]", d)[0] for d in wanted} - {project["name"]}
    table = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## Why each dependency", 1)[1]
    given = {name for row in re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE) for name in row.strip().split(", ")}
    assert not names - given, "a package without its line in CONTRIBUTING.md"
    assert not given - names - {"package", "---"}, "a line in CONTRIBUTING.md without its package"
    assert all("<" in d for d in wanted if not d.startswith(project["name"])), "a dependency without an upper bound"


def test_every_alert_kind_of_the_code_is_described() -> None:
    kinds: set[str] = set()
    for path in (ROOT / "nlp_coder").rglob("*.py"):
        kinds |= set(re.findall(r"\bAlert\(\s*\"(\w+)\"", path.read_text(encoding="utf-8")))
    assert len(kinds) > 8
    text = (DOCS / "record.md").read_text(encoding="utf-8")
    assert not {k for k in kinds if f"`{k}`" not in text}


if __name__ == "__main__":
    folder = DOCS / "commands"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages_of_commands()
    for old in folder.glob("*.md"):
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")
    counted = ROOT / "data/README.md"
    counted.write_text(with_labels(counted.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stderr.write(f"{len(wanted)} pages written to {folder}\n")
