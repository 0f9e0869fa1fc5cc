"""Where in its clip something is, and which visits are close together."""

from __future__ import annotations

from pathlib import Path

from analysis.record.days import day_of
from analysis.record.file.reader import reading
from analysis.record.final.encounters import final_encounters
from analysis.record.results import Results
from analysis.report.words.together import clock, into, together
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen


def told(folder: Path, *clips: int) -> str:
    """What is said of a day whose clips have so many visits each, 90 seconds apart."""
    store, run = open_record(folder)
    with store:
        for number, visits in enumerate(clips, 1):
            met = [encounter(n + 1, 90 * n, 90 * n + 1) for n in range(visits)]
            store.commit(clip(number), run, seen(met, frames=300), NOW)
    with reading(store.path) as db:
        finals = list(final_encounters(Results(db)))
    return together([day_of(finals[0].clip)], finals)


def test_visits_of_one_clip_are_told(tmp_path: Path) -> None:
    """With how close together they are; of several clips, or two, nothing is said."""
    assert told(tmp_path / "a", 3, 0) == (
        "The 3 on 2026-05-01 are all from one clip, clip00001_2026-05-01.h264, within 4"
        " minutes: such visits may be of few fish."
    )
    assert told(tmp_path / "b", 3, 1) == told(tmp_path / "c", 2) == ""


def test_a_place_in_a_clip_is_said_as_a_player_does(tmp_path: Path) -> None:
    """In minutes and seconds, from its start."""
    assert [clock(s) for s in (0, 711.9, 3723)] == ["0:00", "11:51", "1:02:03"]
    store, run = open_record(tmp_path)
    with store:
        store.commit(clip(1), run, seen(frames=900), NOW)
    with reading(store.path) as db:
        (own,) = Results(db).clips

    assert (into(own, 711, 712), into(own, 5, 5)) == ("11:51 to 11:52", "0:05")
