"""The notebooks run from top to bottom on the data that ships, and are kept without outputs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent.parent / "notebooks"
NOTEBOOKS = sorted(p.name for p in FOLDER.glob("*.ipynb"))
LIMIT = 600
"""Seconds for one cell on a loaded machine; all notebooks together take about two minutes on a free one."""
SMALL = f"import runpy; _small = runpy.run_path({str(FOLDER.parent / 'tests' / 'small_parts.py')!r})['small_parts'](); _small.__enter__()"
"""What is run before the first cell: models trained in a notebook are small here."""


def test_there_are_notebooks_to_test() -> None:
    assert len(NOTEBOOKS) >= 3


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_kept_without_outputs_and_begins_by_saying_what_it_is(name: str) -> None:
    cells = json.loads((FOLDER / name).read_text(encoding="utf-8"))["cells"]
    assert "".join(cells[0]["source"]).startswith("# ")
    for cell in cells:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [] and cell["execution_count"] is None


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_runs_from_top_to_bottom(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    nbformat = pytest.importorskip("nbformat", reason="the extra `notebook` is not installed")
    nbclient = pytest.importorskip("nbclient", reason="the extra `notebook` is not installed")
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    monkeypatch.delenv("NLP_CODER_NCCI", raising=False)
    notebook = nbformat.read(FOLDER / name, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(SMALL))
    client = nbclient.NotebookClient(
        notebook, timeout=LIMIT, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
    )
    client.execute()  # raises CellExecutionError with the cell that failed
    shown = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
    assert any("image/png" in o.get("data", {}) for o in shown), "no picture was drawn"
    errors = [o.text for o in shown if o.output_type == "stream" and o.name == "stderr" and "Warning" in o.text]
    assert not errors
