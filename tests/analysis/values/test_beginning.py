"""An upload that broke off is a part of its clip, and counts for nothing beside it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Optional

import pytest

from analysis.record import rows
from analysis.record.file.reader import reading
from analysis.record.results import Results
from analysis.record.store import Store
from analysis.values.beginning import read_beginning
from analysis.values.record import Outcome
from analysis.values.seen import FAILED
from tests.analysis.made_record import (
    NOW,
    SETTINGS,
    clip,
    earlier_record,
    open_record,
    put,
    seen,
)
from tests.analysis.small_host import Host
from tests.footage import clip_bytes, sidecar_of, zip_bytes
from weir.h264 import count_frames

NAME = "clip00012_2026-05-01_07-00-00.h264"
WHOLE = clip_bytes(1, 24)
STUMP = WHOLE[: len(WHOLE) * 8 // 10]
SIDECAR = sidecar_of(WHOLE, NAME, frames=24).to_json().encode()


def tables_of(root: Path, *deliveries: dict[str, bytes]) -> dict[str, str]:
    """What is exported when these came one after the other, each to a new daemon.

    But for the list of what does not count, which is all that a copy may change.
    """
    host = Host(root)
    for files in deliveries:
        with host:
            for name, data in files.items():
                host.drop(name, data)
            host.settle()
    return {name: text for name, text in host.tables().items() if name != "superseded"}


def take(store: Store, run: int, path: Path, frames: int) -> None:
    """Commit what came as a file without a sidecar, as it is done with a worker's."""
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    record = replace(clip(1), sha256=sha256, bytes=len(data), frames_expected=frames)
    beginning = read_beginning(path, store.possible_stumps(len(data)), lambda: None)
    store.commit(record, run, seen(frames=frames), NOW, beginning=beginning)


def frames_shown(folder: Path, run: Optional[int] = None) -> list[int]:
    """The frames of each clip that is shown."""
    with reading(folder / "weir.sqlite") as db:
        return [found.frames_decoded for found in Results(db, run).clips]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A stump and its whole clip."""
    stump, whole = tmp_path / "stump.h264", tmp_path / "whole.h264"
    stump.write_bytes(STUMP)
    whole.write_bytes(WHOLE)
    return stump, whole


@pytest.mark.parametrize("papers", [{}, {NAME + ".json": SIDECAR}])
@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0)])
def test_a_clip_that_broke_off_does_not_count_beside_the_whole(
    tmp_path: Path, papers: dict[str, bytes], order: tuple[int, ...]
) -> None:
    """Whichever came first, with a sidecar or without; the daemon was started anew."""
    both = ({NAME: STUMP}, {NAME: WHOLE, **papers})
    found = tables_of(tmp_path / "both", *(both[place] for place in order))

    assert found == tables_of(tmp_path / "one", both[1])


def test_of_many_attempts_to_send_it_one_counts(tmp_path: Path) -> None:
    """In whatever order they came: each is the beginning of the next."""
    parts = [{NAME: WHOLE[: len(WHOLE) * n // 10]} for n in (5, 8, 10)]
    expected = tables_of(tmp_path / "one", parts[-1])

    for number, order in enumerate(permutations(parts)):
        assert tables_of(tmp_path / str(number), *order) == expected


def test_a_stump_beside_its_clip_in_work_does_not_count(tmp_path: Path) -> None:
    """Neither was in the record when the other was begun."""
    both = {"a/" + NAME: STUMP, "b.zip": zip_bytes({NAME: WHOLE})}

    assert ",24,24," in tables_of(tmp_path, both)["clips"]
    assert tables_of(tmp_path)["clips"].count(NAME) == 1


def test_the_longer_counts_though_it_is_not_whole(tmp_path: Path) -> None:
    """It is known to be damaged, while nothing is known of the stump."""
    longer = {NAME: WHOLE[:-200], NAME + ".json": SIDECAR}

    assert tables_of(tmp_path / "both", {NAME: STUMP}, longer) == tables_of(
        tmp_path / "one", longer
    )


@pytest.mark.parametrize(
    ("size", "outcome", "is_one"),
    [
        (0, Outcome(FAILED, "not one frame", None), False),
        (4, Outcome(FAILED, "not one frame", None), False),
        (60, seen(frames=1), True),
        (400, Outcome(FAILED, "not one frame", None), True),
    ],
)
def test_next_to_nothing_is_no_stump(
    tmp_path: Path, size: int, outcome: Outcome, is_one: bool
) -> None:
    """An empty file begins every clip, and would vanish behind any of them."""
    sha256 = hashlib.sha256(WHOLE[:size]).hexdigest()
    store, run = open_record(tmp_path)
    record = replace(clip(1), sha256=sha256, bytes=size, frames_expected=None)
    with store:
        store.commit(record, run, outcome, NOW)
        assert (sha256 in store.possible_stumps(len(WHOLE))) is is_one


@pytest.mark.parametrize("size", [100, 40, 20])
def test_clips_that_begin_alike_both_count(tmp_path: Path, size: int) -> None:
    """A camera may write the same first frames; the bytes behind them differ."""
    other = STUMP[:-size] + clip_bytes(2)[-size:]
    shorter, longer = {NAME: other}, {NAME: WHOLE}

    for number, order in enumerate(permutations((shorter, longer))):
        clips = tables_of(tmp_path / str(number), *order)["clips"]
        assert clips.count(NAME) == 2


def test_a_clip_that_its_sidecar_names_is_no_stump(tmp_path: Path) -> None:
    """Though another begins with it: somebody joined two."""
    first = clip_bytes(3)[:-9]  # the camera's power went while it wrote
    beside = sidecar_of(first, "a.h264").to_json().encode()
    whole = {"a.h264": first, "a.h264.json": beside}

    for number, order in enumerate(
        permutations((whole, {"b.h264": clip_bytes(3) + clip_bytes(4)}))
    ):
        clips = tables_of(tmp_path / str(number), *order)["clips"]
        assert [".h264,,creek" in line for line in clips.splitlines()[1:]] == [True] * 2


def test_each_run_shows_what_it_saw(tmp_path: Path, files: tuple[Path, Path]) -> None:
    """The stump, while the whole was not there; together, the whole."""
    store, first = open_record(tmp_path)
    with store:
        second = store.run({**SETTINGS, "rotate": 90}, NOW)
        for run, path in zip((first, second), files):
            take(store, run, path, count_frames(path).frames)

    stump = count_frames(files[0]).frames
    assert [frames_shown(tmp_path, run) for run in (first, second, None)] == [
        [stump],
        [24],
        [24],
    ]


def test_a_record_from_before_is_brought_up_to_date(
    tmp_path: Path, files: tuple[Path, Path]
) -> None:
    """A stump that it holds is known when its clip comes."""
    _, whole = files
    sha256 = hashlib.sha256(STUMP).hexdigest()
    record = replace(clip(1), sha256=sha256, bytes=len(STUMP))
    with earlier_record(tmp_path, 1) as db:
        db.execute("INSERT INTO runs VALUES (1, 'a', '', '', '{}')")
        put(db, "clips", rows.of_clip(record, NOW))
        put(db, "analyses", rows.of_analysis(record, 1, seen(), NOW))
    with Store(tmp_path / "weir.sqlite") as store:
        assert frames_shown(tmp_path) == [10]
        take(store, 1, whole, 24)

    assert frames_shown(tmp_path) == [24]


def test_the_longest_clip_is_read_a_piece_at_a_time(tmp_path: Path) -> None:
    """The daemon shows that it lives, and sums are right at every length."""
    data = bytes(range(256)) * 9000
    path = tmp_path / "long.h264"
    path.write_bytes(data)
    lengths = (1, 300, 1 << 20, (1 << 20) + 1, len(data) - 1, len(data) + 1)
    shorter = {hashlib.sha256(data[:n]).hexdigest(): n for n in lengths}
    beats: list[None] = []

    found = read_beginning(path, shorter, lambda: beats.append(None))

    assert found.stumps == tuple(shorter)[:-1]
    assert len(beats) >= len(data) >> 20
    path.write_bytes(data[:5000])
    start = read_beginning(path, {}, lambda: None).marks
    assert len(start) > 8
    assert found.marks.startswith(start)
