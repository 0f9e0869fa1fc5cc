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
    rows = text[text.index("moved uncalled</th>") :].split("<tr>")
    cells = [
        [cell.split("<", 1)[0] for cell in row.split('<td class="n">')[1:]]
        for row in rows[1:3]
    ]

    assert [row[-6:-4] for row in cells] == [["2", "0"], ["2", "2"]]
    assert cells[0][-4:] == ["0.1", "0.1", "0.1", "600.0"]
    assert "encounters a usable hour are the counted ones of 60 such minutes" in text
    assert text.count(">blind</th>") == text.count('<th class="n">blind min</th>') - 1


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
