"""What changed between two runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.comparison.changes import Change, Comparison, compare
from analysis.comparison.page import write_page
from analysis.comparison.words import agreement, words
from analysis.record.file.reader import reading
from analysis.record.labels.labelbook import LabelBook
from analysis.record.labels.labelscore import rate
from analysis.record.results import Results
from analysis.values.label import FISH, NOT
from analysis.values.seen import Encounter
from tests.analysis.made_labels import said
from tests.analysis.made_record import NOW, SETTINGS, clip, encounter, open_record, seen

Sight = list[Encounter]


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """Two runs: of clip 1 both, of clip 2 the first, of clip 3 the second."""
    store, first = open_record(tmp_path)
    with store:
        second = store.run({**SETTINGS, "rotate": 90}, NOW)
        before = [
            encounter(1, 0, 1),
            encounter(2, 3, 4, label="eel"),
            encounter(3, 6, 9, status="static"),
        ]
        after = [
            encounter(1, 3, 4, label="cod"),
            encounter(2, 7, 8),
            encounter(3, 12, 12, status="static"),
        ]
        store.commit(clip(1), first, seen(before), NOW)
        store.commit(clip(2, date="2026-05-02"), first, seen(before), NOW)
        store.commit(clip(1), second, seen(after), NOW)
        store.commit(clip(3, date="2026-05-03"), second, seen(after), NOW)
    return tmp_path


def comparison(folder: Path, runs: tuple[int, int] = (1, 2)) -> Comparison:
    """The two runs compared."""
    with reading(folder / "weir.sqlite") as db:
        return compare(Results(db, runs[0]), Results(db, runs[1]), runs)


def told(change: Change) -> tuple[tuple[str, ...], int]:
    """What it is, and where."""
    return change.what, change.seen.encounter.first_frame


def test_each_encounter_is_what_it_was_or_named(record: Path) -> None:
    """Vanished, of another kind, of another status, and appeared."""
    assert [told(change) for change in comparison(record).changes] == [
        (("vanished",), 0),
        (("kind",), 3),
        (("status",), 7),
        (("appeared",), 12),
    ]


def test_the_other_way_round_is_the_mirror(record: Path) -> None:
    """What appeared has vanished."""
    assert [change.what for change in comparison(record, (2, 1)).changes] == [
        ("appeared",),
        ("kind",),
        ("status",),
        ("vanished",),
    ]


def test_days_sum_up_what_is_counted(record: Path) -> None:
    """Of the clips of both; a static encounter that comes or goes is in no sum."""
    found = comparison(record)
    ((_, day),) = found.days.items()

    assert (day.clips, day.before, day.after) == (1, 2, 2)
    assert list(day.changes.values()) == [0, 1, 1, 1]
    assert [c.clip for c in found.only_first] == ["clip00002_2026-05-02.h264"]
    assert [c.clip for c in found.only_second] == ["clip00003_2026-05-03.h264"]


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ((0, 9), (5, 14), True),  # half of each
        ((0, 9), (6, 15), False),
        ((0, 99), (40, 41), True),  # all of the shorter
        ((0, 9), (9, 10), True),
    ],
)
def test_half_of_the_shorter_one_is_the_same(
    tmp_path: Path, before: tuple[int, int], after: tuple[int, int], same: bool
) -> None:
    """Else one has gone and another has come."""
    store, first = open_record(tmp_path)
    with store:
        second = store.run({**SETTINGS, "rotate": 90}, NOW)
        store.commit(clip(1), first, seen([encounter(1, *before)], frames=120), NOW)
        store.commit(clip(1), second, seen([encounter(1, *after)], frames=120), NOW)

    assert len(comparison(tmp_path).changes) == (0 if same else 2)


def test_the_terminal_says_it_by_day_and_one_by_one(record: Path) -> None:
    """Only what touches counts has a line."""
    text = "\n".join(words(comparison(record)))

    assert "run 1 -> run 2: 1 clip in both" in text
    assert "2026-05-01 clip00001_2026-05-01.h264 frames 3 to 4: kind: eel 0.88" in text
    assert text.count("clip00001_2026-05-01.h264") == 3
    assert "1 change among encounters that neither counts" in text


def test_both_say_what_was_set_otherwise(record: Path) -> None:
    """Else nobody knows which run is which."""
    found = comparison(record)
    page = write_page(found, record, record).read_text("utf-8")

    assert found.settings == ("rotate: 0 -> 90",)
    assert "rotate: 0 -> 90" in list(words(found))
    assert "<li>rotate: 0 -&gt; 90</li>" in page


def test_a_change_says_what_people_said(record: Path) -> None:
    """Where they were asked."""
    with reading(record / "weir.sqlite") as db:
        book = LabelBook([said(NOT, 0, 1, number=1)])
        runs = Results(db, 1, book=book), Results(db, 2, book=book)
        lines = list(words(compare(*runs, (1, 2))))

    said_of = [line for line in lines if "; people say no fish" in line]
    assert [line for line in lines if "people" in line] == said_of
    assert ["frames 0 to 1" in line for line in said_of] == [True]


def test_the_page_has_a_picture_of_each_change(record: Path) -> None:
    """Those of static encounters behind a fold; it loads nothing."""
    page = write_page(comparison(record), record, record, "run 2 agrees better")
    text = page.read_text("utf-8")

    assert text.count('<img src="data:') == 4
    assert '<span class="date">clip00001_2026-05-01.h264</span>' in text
    assert "run 2 agrees better" in text
    assert "src=" not in text.replace('<img src="data:', "")


def test_people_say_which_is_better(record: Path) -> None:
    """The one that misses fewer fish, and counts less of what is none."""
    labels = [said(FISH, 7, 8, number=1), said(NOT, 0, 1, number=1)]
    with reading(record / "weir.sqlite") as db:
        first, second = (
            (run, rate(Results(db, run, book=LabelBook(labels)))) for run in (1, 2)
        )
        text = agreement(first, second)

    assert "run 1: 1 of 1 fish missed, 1 counted that are none" in text
    assert "run 2: 0 of 1 fish missed, 0 counted that are none" in text
    assert text.endswith(
        "run 2 agrees better with people, on 1 clip of 1 day with labels"
    )
