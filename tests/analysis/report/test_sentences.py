"""Small things that the page says: whole dates, one as one, what of it is blind."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.record.file.reader import reading
from analysis.record.results import Results
from analysis.report.page import write_report
from analysis.values.label import FISH, NOT
from analysis.values.record import UnreadMember
from tests.analysis.made_record import (
    FACTS,
    NOW,
    SETTINGS,
    clip,
    encounter,
    open_record,
    seen,
)
from tests.analysis.report.made_report import about, eel_beside, six_days

BLIND = 'class="of">'


def with_blind(folder: Path, frames: int, framerate: float = 1 / 360) -> str:
    """The page of a model that is blind in some of ten frames, which last an hour."""
    store, _ = open_record(folder)
    whole = {**SETTINGS, "detector": {**FACTS, "kind": "classifier"}}
    outcome = seen([encounter(1, 2, 4, max_n=None)])
    assert outcome.findings
    findings = replace(outcome.findings, blind_frames=frames, framerate=framerate)
    with store:
        run = store.run(whole, NOW)
        store.commit(clip(1), run, replace(outcome, findings=findings), NOW)
    with reading(folder / "weir.sqlite") as db:
        return write_report(Results(db), folder, folder).read_text("utf-8")


def test_it_says_how_much_of_the_footage_is_blind(tmp_path: Path) -> None:
    """In the hours at its head; nothing where there is none."""
    text = with_blind(tmp_path / "some", 3)

    assert f"{BLIND}0.90 visible, 0.30 of them blind</dd>" in text
    assert text.index(BLIND) < text.index("Fish by day")
    assert BLIND not in with_blind(tmp_path / "none", 0)
    assert BLIND not in with_blind(tmp_path / "seconds", 3, 1)


def test_no_line_ends_within_a_date(tmp_path: Path) -> None:
    """Of all that is said at the head, by the model and by people."""
    (tmp_path / "out").mkdir()
    labels = [about(FISH, 1, 2, 0), about(NOT, 1, 2, 1)]
    text = six_days(tmp_path, labels).read_text("utf-8")
    said = text[text.index("<h1>") : text.index("<dl")]
    said = re.sub(r"<a .*?</a>|<details>.*?</details>", "", said)

    dates = re.findall(r"\d{4}-\d\d-\d\d", said)
    assert len(dates) > 2
    whole = re.findall(r'<span class="date">\d{4}-\d\d-\d\d</span>', said)
    assert len(whole) == len(dates)


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 more is not shown"), (3, "3 more are not shown")]
)
def test_one_that_is_not_shown_is_one(tmp_path: Path, count: int, words: str) -> None:
    """As a person says it."""
    store, _ = open_record(tmp_path)
    with store:
        store.add_unread(
            UnreadMember("a.zip", f"{n:03d}.dav", 3, "no footage", "2026-05-01")
            for n in range(200 + count)
        )
    with reading(tmp_path / "weir.sqlite") as db:
        text = write_report(Results(db), tmp_path, tmp_path).read_text("utf-8")

    assert f"{words}; all are in unread.csv." in text


def test_a_colour_stays_from_one_report_to_the_next(tmp_path: Path) -> None:
    """Of a kind that is like another, which was seen in the second report alone."""
    classifier = {**FACTS, "labels": ["dace", "trout"]}
    settings = {**SETTINGS, "classifier": classifier}
    legends = []
    for number, kinds in enumerate([["trout"], ["dace", "trout"]]):
        store, _ = open_record(tmp_path / str(number))
        met = [encounter(n, 2 * n, 2 * n, species=k) for n, k in enumerate(kinds, 1)]
        with store:
            store.commit(clip(1), store.run(settings, NOW), seen(met), NOW)
        with reading(store.path) as db:
            page = write_report(Results(db), store.path.parent, store.path.parent)
        found = re.findall(r'class="key (\w*)" [^>]*></span>(\w+)', page.read_text())
        legends.append({name: texture for texture, name in found})

    assert legends[0]["trout"] == legends[1]["trout"] == "stripes"
    assert legends[1]["dace"] == ""


def test_a_visit_of_two_kinds_is_explained(tmp_path: Path) -> None:
    """Of each kind it is one, and in the charts it is one in all."""
    words = "An encounter in which several kinds swam is one of each here."
    for folder in (tmp_path / "two", tmp_path / "one"):
        (folder / "out").mkdir(parents=True)

    assert words in eel_beside(tmp_path / "two").read_text("utf-8")
    assert words not in six_days(tmp_path / "one").read_text("utf-8")
