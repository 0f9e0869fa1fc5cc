"""The best day: which it is, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from analysis.record.days import Day
from analysis.record.final.sums import Counts
from analysis.report.words.bestday import about_days


def day(number: int, camera: str = "cam1") -> Day:
    """A day in May."""
    return ("creek", camera, f"2026-05-{number:02d}")


def words(
    days: dict[Day, Counts],
    *bands: dict[Day, int],
    by_model: Optional[Mapping[Day, int]] = None,
    usable: Optional[Mapping[Day, float]] = None,
) -> str:
    """What is said; the bands are of the thresholds 0.1, 0.2 and so on."""
    others = [(step / 10, counts) for step, counts in enumerate(bands, 1)]
    model = by_model or {day: counts.machine_only for day, counts in days.items()}
    return " ".join(about_days(days, model, others, usable or {}))


def test_without_people_it_is_the_model_alone_who_says_so() -> None:
    """How many of how many; and nothing where nothing was counted."""
    said = words({day(1): Counts(machine_only=2), day(2): Counts(machine_only=5)})

    assert said == (
        "The model counts most on 2026-05-02: 5 of 7 in all. Nobody has checked them."
    )
    assert words({day(1): Counts(open=3)}) == ""


def test_what_people_say_goes_before_what_the_model_counts() -> None:
    """And it is said that the model's own best day is none of theirs."""
    days = {day(1): Counts(confirmed=3), day(2): Counts(confirmed=1, rejected=5)}
    said = words(days, by_model={day(1): 2, day(2): 6})

    assert "Most fish were seen on 2026-05-01: 3, all confirmed by a person." in said
    assert "Even if all that the model called and nobody judged were fish" in said
    assert "the model counts 2 on 2026-05-01, and most on 2026-05-02: 6." in said


def test_it_is_said_what_could_still_change_it() -> None:
    """A day with enough that nobody decided; and how much of the best is sure."""
    days = {
        day(1): Counts(confirmed=3, machine_only=1),
        day(2): Counts(confirmed=1, open=2),
    }

    assert "on 2026-05-01: 4, 3 of these confirmed by a person." in words(days)
    assert "open could change that: 2026-05-02 might have more." in words(days)


def test_it_is_said_whether_other_thresholds_agree() -> None:
    """By each that does not; or that all do."""
    days = {day(1): Counts(machine_only=4), day(2): Counts(machine_only=2)}
    same, other = {day(1): 5, day(2): 1}, {day(1): 1, day(2): 2}

    assert "every threshold from 0.1 to 0.2 the model counts most on that day" in (
        words(days, same, same)
    )
    assert "other days: 2026-05-02 in place of 2026-05-01 with 0.2, 0.3." in (
        words(days, same, other, other)
    )


def test_days_of_several_cameras_say_whose_they_are() -> None:
    """And of many equal days only some are named."""
    days = {day(n, f"cam{n}"): Counts(machine_only=2) for n in range(1, 6)}

    assert "on 2026-05-01 (creek cam1), 2026-05-02 (creek cam2), " in words(days)
    assert "and 2 more: 2 each, of 10 in all." in words(days)


def test_a_day_with_more_for_its_footage_is_named() -> None:
    """With its minutes; and only where it is another day than that with the most."""
    days = {day(1): Counts(confirmed=7), day(2): Counts(confirmed=7)}
    little = words(days, usable={day(1): 15, day(2): 45})
    alike = words(days, usable={day(1): 45, day(2): 45})

    assert "are counted on 2026-05-01: 28.0 an hour, though of 15 minutes" in little
    assert "minutes" not in alike


def test_only_days_that_differ_are_named_by_other_thresholds() -> None:
    """One of a tie alone, one more, and one in place of another."""
    days = {day(n): Counts(machine_only=5 if n < 3 else 1) for n in (1, 2, 3)}
    alone, more = {day(1): 5, day(2): 4}, {day(1): 3, day(2): 3, day(3): 3}
    other = {day(1): 3, day(2): 1, day(3): 3}

    assert (
        "on other days: 2026-05-01 alone with 0.1; 2026-05-03 as well with 0.2;"
        " 2026-05-03 in place of 2026-05-02 with 0.3."
    ) in words(days, alone, more, other)
