"""docs/tables.md: every column is explained, and what it shows can be done."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from analysis.exports.tables import export
from analysis.record.file.reader import reading
from analysis.record.labels.labelbook import LabelBook
from analysis.record.results import Results
from tests.analysis.exports.made_exports import LABELS, fill

PAGE = (Path(__file__).parent.parent / "docs" / "tables.md").read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The tables of a record with a clip of each sort."""
    with reading(fill(tmp_path / "results")) as db:
        export(Results(db, book=LabelBook(LABELS)), tmp_path)
    return tmp_path


def explained() -> dict[str, list[str]]:
    """The columns that the page explains, by table."""
    parts = (part.split("\n") for part in PAGE.split("\n## ")[1:])
    return {
        lines[0]: [
            column
            for line in lines
            if line.startswith("| `")
            for column in re.findall(r"`(\w+)`", line.split("|")[1])
        ]
        for lines in parts
        if lines[0].endswith(".csv")
    }


def test_every_column_is_explained(folder: Path) -> None:
    """Once, in the part of its table; and no column that there is not."""
    headers = {
        file.name: sorted(file.read_text("utf-8").splitlines()[0].split(","))
        for file in folder.glob("*.csv")
    }

    assert {name: sorted(columns) for name, columns in explained().items()} == headers


def ran(code: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run the page's code beside the tables, and return what it named."""
    names: dict[str, Any] = {}
    monkeypatch.chdir(folder)
    exec(code, names)
    return names


def test_blind_minutes_are_no_effort(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day of which half is blind has twice the rate, as in the report."""
    pandas = pytest.importorskip("pandas", reason="needs Python 3.11")
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    totals = pandas.read_csv(folder / "daily_totals.csv")
    totals["blind_minutes"] = totals["visible_minutes"] / 2
    totals.to_csv(folder / "daily_totals.csv", index=False)

    rate = ran(code, folder, monkeypatch)["totals"]["fish_per_hour"]

    assert list(rate.round(1)) == [266.7, 800.0, 800.0]


def test_the_examples_in_pandas_are_right(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fish per hour, MaxN, first arrival and detection history, counted by hand."""
    pytest.importorskip("pandas", reason="needs Python 3.11")
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names = ran(code, folder, monkeypatch)
    rate = names["totals"].set_index("date")["fish_per_hour"]
    history = names["history"].loc[("eel", "creek", "cam1")]

    assert list(rate.round(1)) == [133.3, 400.0, 400.0]
    assert names["max_n"].loc[("creek", "cam1", "2026-05-03"), ("dace", "")] == 3
    assert names["max_n"].loc[("creek", "cam1", "2026-05-01"), ("fish", "eel")] == 2
    assert list(names["arrival"].items()) == [
        (("creek", "cam1", "2026-05-01", "eel"), "07:00:02")
    ]
    assert list(history) == [1, 0, 1]
