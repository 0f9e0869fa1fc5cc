"""What is read of the record: each minute of water once, each clip as seen last."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from analysis.record.file.reader import reading
from analysis.record.results import Results
from analysis.values.record import Outcome
from analysis.values.seen import FAILED, SALVAGED
from tests.analysis.made_record import (
    NOW,
    SETTINGS,
    clip,
    encounter,
    open_record,
    seen,
    sha,
    sidecar,
)

NAME = "clip00001_2026-05-01.h264"


def statuses(folder: Path) -> list[str]:
    """The status of each clip that is shown."""
    with reading(folder / "weir.sqlite") as db:
        return [found.status for found in Results(db).clips]


@pytest.mark.parametrize("other", [0, 7], ids=["sum before", "sum behind"])
def test_a_damaged_clip_fetched_again_counts_once(tmp_path: Path, other: int) -> None:
    """The whole copy takes the place of the damaged one, which its sidecar tells.

    Though as many frames of that could be decoded.
    """
    store, run = open_record(tmp_path)
    beside = sidecar(NAME, 1)
    damaged = replace(seen([encounter(1, 2, 3)]), status=SALVAGED, reason="CRC")
    with store:
        store.commit(clip(other, beside=beside), run, damaged, NOW)
        assert statuses(tmp_path) == ["salvaged"]
        store.commit(clip(1, beside=beside), run, seen([encounter(1, 2, 3)]), NOW)

    assert statuses(tmp_path) == ["analysed"]


def test_of_two_damaged_copies_the_longer_counts(tmp_path: Path) -> None:
    """Both are the same minutes of the same water."""
    store, run = open_record(tmp_path)
    with store:
        for number, frames in ((7, 4), (8, 6)):
            outcome = replace(seen(frames=frames), status=SALVAGED, reason="CRC")
            beside = sidecar(NAME, 1)
            store.commit(clip(number, beside=beside), run, outcome, NOW)
    with reading(tmp_path / "weir.sqlite") as db:
        (shown,) = Results(db).clips

    assert shown.sha256 == sha(8)


def test_the_newest_look_counts_not_the_newest_config(tmp_path: Path) -> None:
    """Somebody tried another config, which failed, and went back."""
    store, first = open_record(tmp_path)
    with store:
        second = store.run({**SETTINGS, "rotate": 90}, NOW)
        store.commit(clip(1), second, Outcome(FAILED, "not one frame", None), NOW)
        store.commit(clip(1), first, seen(), NOW + timedelta(hours=1))
        status = store.status_of(sha(1))

    assert (status, statuses(tmp_path)) == ("analysed", ["analysed"])


def test_a_long_clip_full_of_fish_is_summed_quickly() -> None:
    """A day at 25 frames a second must not stop the daemon's loop."""
    met = [encounter(n + 1, 3 * n, 3 * n + 1) for n in range(200_000)]
    findings = seen(met, frames=1).findings

    assert findings is not None
    assert findings.fish_frames == 400_000


def test_minutes_are_reckoned_by_what_the_camera_made(tmp_path: Path) -> None:
    """A sidecar of before says what was asked for; its frame times know better."""
    store, run = open_record(tmp_path)
    times = tuple(range(0, 10_000, 500))
    beside = replace(sidecar(NAME, 1), frame_times_ms=times)
    with store:
        store.commit(clip(1, beside=beside), run, seen(frames=20), NOW)
    with reading(tmp_path / "weir.sqlite") as db:
        (shown,) = Results(db).clips

    assert shown.framerate == 2
    assert shown.minutes(20) * 60 == 10


def test_times_of_frames_are_not_held_as_numbers_of_their_own(tmp_path: Path) -> None:
    """Runs of 4,000 clips are read whole, and Python's numbers take 36 bytes each."""
    times = tuple(range(0, 9_000_000, 1000))
    beside = replace(sidecar(NAME, 1), frames=len(times), frame_times_ms=times)
    store, run = open_record(tmp_path)
    with store:
        store.commit(clip(1, beside=beside), run, seen(), NOW)

    with reading(tmp_path / "weir.sqlite") as db:
        tracemalloc.start()
        (read,) = Results(db).clips
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert held < 15 * len(times)
    assert read.seconds_to(8999) == 8999


def test_a_score_at_the_threshold_is_not_above_it(tmp_path: Path) -> None:
    """Encounters and each kind's MaxN are of scores above."""
    store, run = open_record(tmp_path)
    with store:
        met = [encounter(1, 2, 3, score=0.5), encounter(2, 6, 7, score=0.75)]
        store.commit(clip(1), run, seen(met), NOW)
    with reading(tmp_path / "weir.sqlite") as db:
        shown = list(Results(db, threshold=0.5).encounters())

    assert [each.encounter.score for each in shown] == [0.75]
