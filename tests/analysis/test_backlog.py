"""The backlog: how much waits, how fast it is worked, how fast it comes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Optional

import pytest

from analysis.backlog import Backlog, arrival_of, measure, speed_of
from analysis.record.file.reader import reading
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.tally import Tally, Work
from tests.analysis.made_record import clip, open_record, seen
from tests.analysis.small_host import NOW, Host
from tests.footage import clip_bytes, zip_bytes


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        ([], None),
        ([Work(10, 10, 100)], 10),
        ([Work(10, 10, 100), Work(20, 10, 100)], 10),  # one after the other
        ([Work(10, 10, 100), Work(10, 10, 100)], 20),  # two at a time
        ([Work(10, 10, 100), Work(15, 10, 100)], 200 / 15),  # half and half
        ([Work(10, 10, 100), Work(9000, 10, 100)], 10),  # a night between them
        ([Work(10, 10, 100), Work(8, 2, 100)], 20),  # one within the other
    ],
)
def test_speed_counts_the_time_in_which_somebody_worked(
    work: list[Work], expected: Optional[float]
) -> None:
    """Pauses do not, and two at once count once."""
    assert speed_of(work) == expected


@pytest.mark.parametrize(
    ("events", "now_s", "expected"),
    [
        ([], 0, None),
        ([(0, 900)], 10, None),  # one delivery
        ([(0, 900), (5, 900), (9, 900)], 10, None),  # dropped together
        ([(n * 90, 900) for n in range(99)], 9000, None),  # a batch, clip after clip
        ([(n * 900, 900) for n in range(29)], 25300, 1.0),  # a clip when it is over
        ([(n * 900, 9000) for n in range(29)], 25300, 10.0),
        ([(n * 900, 900) for n in range(29)], 29000, None),  # it has stopped
        ([(n * 900, 900) for n in range(28, -1, -1)], 25300, 1.0),
    ],
)
def test_arrival_is_what_keeps_coming(
    events: list[tuple[float, float]], now_s: float, expected: Optional[float]
) -> None:
    """One delivery, or several at once, say nothing about how fast they come."""
    assert arrival_of(events, now_s) == expected


@pytest.mark.parametrize(
    ("speed", "arrival", "left", "grows"),
    [
        (10, 20, 5, True),
        (10, 5, 5, False),
        (10, 20, 0, False),
        (10, None, 5, False),
        (None, 20, 5, False),
    ],
)
def test_a_queue_grows_when_more_comes_than_is_worked(
    speed: Optional[float], arrival: Optional[float], left: int, grows: bool
) -> None:
    """And only while there is a queue."""
    assert Backlog((), (), left, 1, speed, arrival).grows is grows


def test_what_waits_is_reckoned_by_its_bytes(tmp_path: Path) -> None:
    """From the footage that is in the record; what is worked does not wait."""
    first, second = clip_bytes(1), clip_bytes(2)
    with Host(tmp_path) as host:
        host.drop("a.h264", first)
        host.settle()
        host.drop("b.h264", second)
        host.drop(".hidden.h264", second)
        host.drop("c.h264.part", second)
        with reading(host.folders.results / FILE_NAME) as db:
            backlog = measure(host.folders, Tally(db), NOW + timedelta(days=1))

    assert [file.name for file in backlog.inbox] == ["b.h264"]
    assert backlog.left_bytes == len(second)
    assert backlog.waiting_s == pytest.approx(12 * len(second) / len(first))
    assert backlog.waiting_s is not None
    assert backlog.eta_s == pytest.approx(backlog.waiting_s / (backlog.speed or 0))


def test_clips_in_the_record_do_not_wait_though_their_archive_does(
    tmp_path: Path,
) -> None:
    """What is left of it is what waits."""
    clips = {f"clip{n}_2026-05-01.h264": clip_bytes(n) for n in range(8)}
    with Host(tmp_path) as host:
        host.drop("a.zip", zip_bytes(clips))
        while not host.work.in_work.ended:
            host.turn()
        with reading(host.folders.results / FILE_NAME) as db:
            backlog = measure(host.folders, Tally(db), NOW)

    assert [file.name for file in backlog.working] == ["a.zip"]
    assert 0 < backlog.left_bytes < backlog.working[0].bytes


def test_measuring_a_flood_shows_that_the_daemon_lives(tmp_path: Path) -> None:
    """It beats for each file, in whatever folder it waits."""
    host = Host(tmp_path)
    beats: list[None] = []
    for number in range(9):
        host.drop(f"{number}.h264.json", b"{}")
        (host.folders.working / f"{number}.zip").write_bytes(b"x")
    measure(host.folders, Tally(None), NOW, lambda: beats.append(None))

    assert len(beats) >= 2 * 9


def test_without_a_record_nothing_is_known(tmp_path: Path) -> None:
    """But what lies there."""
    host = Host(tmp_path)
    host.drop("a.h264", b"12345")
    backlog = measure(host.folders, Tally(None), NOW)

    assert (backlog.left_bytes, backlog.waiting_s, backlog.eta_s) == (5, None, None)
    assert not backlog.grows


def test_footage_that_is_looked_at_again_has_arrived_once(tmp_path: Path) -> None:
    """Else a reanalysis would look like a flood."""
    store, run = open_record(tmp_path)
    with store:
        store.commit(clip(1), run, seen(frames=10), NOW)
        store.add_look(clip(1), store.run({"rotate": 90}, NOW), seen(frames=8), NOW)
    with reading(tmp_path / FILE_NAME) as db:
        arrivals = Tally(db).arrivals(NOW - timedelta(hours=1))

    assert [footage_s for _, footage_s in arrivals] == [10]
