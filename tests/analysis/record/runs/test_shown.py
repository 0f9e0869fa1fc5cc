"""Which runs are shown, which of them are older, and what mends that."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Optional

from analysis.record.file.reader import reading
from analysis.record.results import Results
from analysis.record.runs.shown import MEND, shown_runs, words_about_older
from analysis.values.seen import METHOD
from tests.analysis.made_record import NOW, SETTINGS, clip, open_record, seen

TODAY = {**SETTINGS, "method": METHOD}


def record(folder: Path, *looks: tuple[int, dict[str, Any]]) -> None:
    """A record in which clips were looked at in this order, a minute apart."""
    store, _ = open_record(folder)
    with store:
        for minute, (number, settings) in enumerate(looks):
            run = store.run(settings, NOW)
            store.commit(clip(number), run, seen(), NOW + timedelta(minutes=minute))


def words(folder: Path, run: Optional[int] = None) -> list[str]:
    """What is said of older runs."""
    with reading(folder / "weir.sqlite") as db:
        return words_about_older(Results(db, run))


def test_clips_of_an_older_method_are_named(tmp_path: Path) -> None:
    """With the command that mends it; also when they are asked for."""
    record(tmp_path, (1, SETTINGS), (2, SETTINGS), (3, TODAY))

    assert words(tmp_path) == words(tmp_path, 1)
    (said,) = words(tmp_path)
    assert said == (
        "2 clips are still counted by run 1 (it looked by method 1 of Weir, and"
        f" today's is {METHOD}): clip00001_2026-05-01.h264,"
        f" clip00002_2026-05-01.h264; `{MEND}` counts again"
    )


def test_clips_of_another_config_are_named(tmp_path: Path) -> None:
    """Those that the run that looked last has not seen."""
    other = {**TODAY, "rotate": 90}
    record(tmp_path, (1, TODAY), (2, TODAY), (2, other))

    (said,) = words(tmp_path)
    assert said.startswith("1 clip is still counted by run 2 (run 3 has other models")
    assert "clip00001" in said
    assert words(tmp_path, 2) == []


def test_nothing_is_said_when_all_was_looked_at_again(tmp_path: Path) -> None:
    """The old run is still there, and is not shown."""
    record(tmp_path, (1, SETTINGS), (1, TODAY))

    assert words(tmp_path) == []
    with reading(tmp_path / "weir.sqlite") as db:
        assert [shown.run for shown in shown_runs(Results(db))] == [2]


def test_many_names_are_cut_short(tmp_path: Path) -> None:
    """A season has thousands; the tables have them all."""
    record(tmp_path, *((number, SETTINGS) for number in range(12)))

    assert words(tmp_path)[0].count(".h264") == 10
    assert " and 2 more;" in words(tmp_path)[0]
