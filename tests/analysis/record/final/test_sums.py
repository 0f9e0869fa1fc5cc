"""Sums of final encounters: confirmed, by the machine alone, and open lie apart."""

from __future__ import annotations

from pathlib import Path

from analysis.record.days import counts_by_day, totals_by_day
from analysis.record.final.sums import Counts, clip_sums
from analysis.record.hours import sums_by_hour
from analysis.values.label import FISH, NOT, UNSURE, Label
from tests.analysis.made_labels import said
from tests.analysis.record.final.test_encounters import results

Sums = tuple[int, int, int, int]


def sure(counts: Counts) -> Sums:
    """Confirmed, machine only, open, rejected."""
    return counts.confirmed, counts.machine_only, counts.open, counts.rejected


def everywhere(folder: Path, *labels: Label) -> list[tuple[Sums, object]]:
    """The sums and MaxN of the one clip, day and hour."""
    with results(folder, *labels) as found:
        (day,) = totals_by_day(found).values()
        (hour,) = sums_by_hour(found).values()
        (film,) = found.clips
        every = (day, hour.counts, clip_sums(found, film).counts)
    return [(sure(counts), counts.max_n) for counts in every]


def test_sums_agree_in_day_hour_and_clip(tmp_path: Path) -> None:
    """With labels and without."""
    labels = said(FISH, 4, 5, count=3), said(UNSURE, 0, 1), said(FISH, 8, 9)

    assert everywhere(tmp_path / "1") == [((0, 1, 0, 0), 2)] * 3
    assert everywhere(tmp_path / "2", *labels) == [((2, 0, 1, 0), 3)] * 3


def test_max_n_is_empty_where_nobody_counted(tmp_path: Path) -> None:
    """And 0 where there is no fish."""
    none = said(NOT, 0, 1)

    assert everywhere(tmp_path / "1", none) == [((0, 0, 0, 1), 0)] * 3
    assert (
        everywhere(tmp_path / "2", none, said(FISH, 8, 9)) == [((1, 0, 0, 1), None)] * 3
    )


def test_a_kind_is_the_persons(tmp_path: Path) -> None:
    """The machine's name of it has no row where it never was the final one."""
    with results(tmp_path, said(FISH, 0, 1, species="eel")) as found:
        (day,) = counts_by_day(found)

    assert (day.label, day.species, sure(day.counts)) == ("fish", "eel", (1, 0, 0, 0))
    assert (day.counts.max_n, day.counts.confirmed_max_n) == (2, 2)


def test_frames_with_fish_are_the_final_ones(tmp_path: Path) -> None:
    """Without those that were rejected, and with those that people saw."""
    labels = said(NOT, 0, 1), said(FISH, 7, 9)
    with results(tmp_path, *labels) as found:
        (film,) = found.clips
        assert (film.fish_frames, clip_sums(found, film).fish_frames) == (2, 3)
