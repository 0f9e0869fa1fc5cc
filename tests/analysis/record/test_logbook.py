"""The cameras' logs in the record: each line once, and no more than are of use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from analysis.intake.contents.opening import open_contents
from analysis.record import logbook
from analysis.record.file.reader import reading
from analysis.record.results import Results
from analysis.record.schema import MIGRATIONS
from analysis.record.store import Store
from tests.analysis.made_record import NOW, START, earlier_record
from tests.weir.test_log import LINE
from weir.archivewriter import write_archive
from weir.log import LOG_NAME, LogLine


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A record of nothing."""
    with Store(tmp_path / "weir.sqlite") as made:
        yield made


def kept(store: Store) -> list[LogLine]:
    """What a reader sees."""
    with reading(store.path) as db:
        return list(Results(db).log())


def at(minute: int, camera: str = "cam1") -> LogLine:
    """A line of that minute."""
    return replace(LINE, at=START + timedelta(minutes=minute), camera=camera)


def test_each_archive_brings_the_whole_log_again(store: Store) -> None:
    """A line counts once; the newest comes first, camera by camera."""
    store.add_log([at(1, "cam2"), at(1), at(2)])
    store.add_log([at(1), at(2), at(3)])

    assert kept(store) == [at(3), at(2), at(1), at(1, "cam2")]


def test_of_each_camera_the_newest_are_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sends more."""
    monkeypatch.setattr(logbook, "MOST_KEPT", 10)
    store.add_log([at(0, "cam2")])
    store.add_log([at(minute) for minute in range(50)])
    store.add_log([at(minute) for minute in range(20)])

    assert kept(store) == [*(at(n) for n in range(49, 39, -1)), at(0, "cam2")]


def test_an_older_record_learns_the_table(tmp_path: Path) -> None:
    """One of before there were logs."""
    before = next(n for n, step in enumerate(MIGRATIONS) if "TABLE log " in step)
    with earlier_record(tmp_path, before):
        pass
    with Store(tmp_path / "weir.sqlite") as store:
        store.add_log([LINE])
        assert kept(store) == [LINE]


@pytest.mark.parametrize("name", ["recordings.zip", LOG_NAME])
def test_a_log_comes_in_an_archive_or_alone(tmp_path: Path, name: str) -> None:
    """What cannot be read of it is told, the rest is taken."""
    log = tmp_path / LOG_NAME
    log.write_text(f"{LINE.to_json()}\n{{torn\n{json.dumps({'level': 7})}\n")
    clip = tmp_path / "clip1_2026-05-01.h264"
    clip.write_bytes(b"\0\0\0\1\x65")
    if name != LOG_NAME:
        files = [(path.name, path) for path in (clip, log)]
        with (tmp_path / name).open("wb") as target:
            write_archive(target, files, deployment="", camera="", created=NOW)
    contents = open_contents(tmp_path / name, lambda: None)
    contents.close()

    assert contents.log == (LINE,)
    assert [problem.split(" ")[0] for problem in contents.problems] == [
        f"{LOG_NAME}:2:", f"{LOG_NAME}:3:"
    ]  # fmt: skip
