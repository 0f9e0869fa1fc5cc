"""How right a run is, by what people said: counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.record.file.reader import reading
from analysis.record.labels.labelbook import LabelBook
from analysis.record.labels.labelscore import LabelScore, Share, Tally, rate
from analysis.record.results import Results
from analysis.values.label import FISH, NOT, UNSURE, WATCHED, Label
from tests.analysis.made_labels import said
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen

LABELS = [
    said(FISH, 0, 1, species="dace"),  # counted, as a dace
    said(NOT, 3, 3),  # counted
    said(FISH, 5, 6, species="eel"),  # static
    said(WATCHED, 0, 9),
    said(FISH, 0, 1, number=2, species="dace"),  # counted, as an eel; not watched
    said(FISH, 0, 1, number=2, person="ben"),  # the same fish
    said(UNSURE, 3, 4, number=2),  # counted
    said(FISH, 6, 7, number=2),  # counted
    said(NOT, 6, 7, number=2, person="ben"),
]


def score(folder: Path, *labels: Label) -> LabelScore:
    """The score of two clips of a day, and one of the next of which nobody spoke."""
    store, run = open_record(folder)
    with store:
        first = [encounter(1, 0, 1, species="dace"), encounter(2, 3, 3)]
        first += [encounter(3, 5, 6, status="static"), encounter(4, 8, 9)]
        second = [encounter(n + 1, 3 * n, 3 * n + 1, species="eel") for n in range(3)]
        store.commit(clip(1), run, seen(first), NOW)
        store.commit(clip(2), run, seen(second), NOW)
        third = seen([encounter(1, 0, 1)])
        store.commit(clip(3, date="2026-05-02"), run, third, NOW)
    with reading(folder / "weir.sqlite") as db:
        return rate(Results(db, book=LabelBook(labels)))


def test_what_was_counted_is_what_people_saw_or_not(tmp_path: Path) -> None:
    """In a watched stretch, what nobody named is none; elsewhere it is open."""
    found = score(tmp_path, *LABELS)

    assert found.tally == Tally(fish=2, wrong=2, unsure=1, disputed=1, open=1)
    assert found.tally.precision == Share(2, 4)
    assert (found.encounters, found.unseen) == (8, 1)
    assert (found.clips, found.days) == (2, 1)


def test_recall_is_of_what_was_watched(tmp_path: Path) -> None:
    """A fish that two people saw is one; a disputed one is none."""
    found = score(tmp_path, *LABELS)

    assert found.recall == Share(1, 2)
    assert (found.said, found.missed, found.watched_frames) == (3, 1, 10)


def test_a_fish_in_a_rejected_scene_is_missed(tmp_path: Path) -> None:
    """What was counted there was the scene, and a person rejected that."""
    store, run = open_record(tmp_path)
    with store:
        store.commit(clip(1), run, seen([encounter(1, 0, 99)], frames=100), NOW)
    fish, watched = said(FISH, 50, 51, hours=1), said(WATCHED, 40, 60)
    labels = [said(NOT, 0, 99), fish, watched]
    with reading(tmp_path / "weir.sqlite") as db:
        found = rate(Results(db, book=LabelBook(labels)))
        alone = rate(Results(db, book=LabelBook(labels[1:])))

    assert found.tally == Tally(wrong=1)
    assert (found.said, found.missed, found.recall) == (1, 1, Share(0, 1))
    assert (alone.missed, alone.recall) == (0, Share(1, 1))


def test_stretches_that_overlap_are_watched_once(tmp_path: Path) -> None:
    """By one person, or by several."""
    stretches = said(WATCHED, 0, 5), said(WATCHED, 2, 3), said(WATCHED, 4, 9)

    assert score(tmp_path, *stretches).watched_frames == 10


def test_names_are_compared_where_people_gave_one(tmp_path: Path) -> None:
    """Of counted fish only."""
    names = score(tmp_path, *LABELS).names

    assert names == {("dace", "dace"): 1, ("dace", "eel"): 1}


def test_days_are_told_apart(tmp_path: Path) -> None:
    """Those without a word, too: there something is open."""
    days = score(tmp_path, *LABELS).by_day

    assert [(day[2], tally.counted, tally.open) for day, tally in days.items()] == [
        ("2026-05-01", 6, 0),
        ("2026-05-02", 1, 1),
    ]


def test_nobody_said_anything(tmp_path: Path) -> None:
    """Then there is no share of anything."""
    found = score(tmp_path)

    assert (found.tally.precision.value, found.recall.interval) == (None, None)
    assert found.tally.in_words == "7 by the model, not checked by a person"


@pytest.mark.parametrize(
    ("part", "whole", "interval"),
    [  # worked out by hand, from Wilson's formula with z = 1.96
        (6, 25, (0.1150, 0.4343)),
        (38, 125, (0.2302, 0.3895)),
        (0, 10, (0.0, 0.2775)),
        (10, 10, (0.7225, 1.0)),
    ],
)
def test_a_share_says_how_sure_it_is(
    part: int, whole: int, interval: tuple[float, float]
) -> None:
    """By Wilson's interval, which holds for few and for none."""
    assert Share(part, whole).interval == pytest.approx(interval, abs=5e-5)
