"""What the page says beside its numbers, so that nobody takes them for more."""

from __future__ import annotations

from pathlib import Path

from analysis.values.label import NOT
from tests.analysis.made_record import NOW, clip, encounter, open_record
from tests.analysis.report.made_report import about, outcome, six_days, written


def test_a_day_says_how_much_of_it_is_judged_and_usable(tmp_path: Path) -> None:
    """An hour of a rate is one that is visible and not blind; here 6 of 10 seconds."""
    (tmp_path / "out").mkdir()
    text = six_days(tmp_path, [about(NOT, 8, 9, 1)], moments=2).read_text("utf-8")
    rows = text[text.index("judged of what moved</th>") :].split("<tr>")
    cells = [
        [cell.split("<", 1)[0] for cell in row.split('<td class="n">')[1:]]
        for row in rows[1:3]
    ]

    assert [row[-5] for row in cells] == ["0 of 2", "2 of 2"]
    assert cells[0][-4:] == ["0.1", "0.1", "0.1", "600.0"]
    assert "“in a usable hour” are encounters for 60 such minutes" in text
    assert (text.count(">blind</th>"), text.count(">blind min</th>")) == (1, 2)


def test_an_encounter_as_long_as_its_clip_says_so(tmp_path: Path) -> None:
    """And how much of it is blind: what people judge is more than the picture."""
    store, run = open_record(tmp_path)
    with store:
        store.commit(clip(1), run, outcome([encounter(1, 0, 9)]), NOW)
        store.commit(clip(2), run, outcome([encounter(1, 0, 4)]), NOW)
    (tmp_path / "out").mkdir()
    text = written(tmp_path).read_text("utf-8")

    assert "as long as its clip, 0.1 min of it blind: people judge all of it" in text
    assert text.count("as long as its clip") == 1


def test_no_line_ends_within_the_name_of_a_clip(tmp_path: Path) -> None:
    """Nor within a date and its time, below the pictures."""
    (tmp_path / "out").mkdir()
    text = six_days(tmp_path, [about(NOT, 1, 2, 1)]).read_text("utf-8")

    assert "with a certainty of 95\u00a0%." in text  # nor before a percent sign
    assert '<span class="date">clip00001_2026-05-02.h264</span> · 0:01 to 0:02' in text
    assert '<span class="date">2026-05-01 07:00:01</span> · <span' in text


def test_few_days_are_drawn_for_a_phone_too(tmp_path: Path) -> None:
    """Without the year that it has no room for; many hours scroll instead."""
    (tmp_path / "out").mkdir()
    days, hours = six_days(tmp_path).read_text("utf-8").split("<svg")[1:3]

    assert days.startswith(' class="short" viewBox')
    assert '<tspan class="year">2026-</tspan>05-06</text>' in days
    assert hours.startswith(" viewBox") and "year" not in hours
