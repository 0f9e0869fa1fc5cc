"""What ``status`` says of the cluster, and where it says nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from analysis.commands.status import lines
from analysis.intake.folders import LOCK_NAME, Folders
from analysis.work.cluster.state import FILE_NAME, ClusterState, read_state
from weir.service import alone

NOW = datetime(2026, 6, 1, 12, tzinfo=timezone.utc)
STATE = ClusterState(
    at="2026-06-01T12:00:00Z",
    scheduler="tls://desk:8786",
    problem="",
    workers=3,
    threads=12,
    hosts=2,
    sharing=2,
    in_work=9,
    ready=1,
    at_home=0,
    done=40,
    frames_per_s=811.7,
    refused=("tls://old:1: it has numpy 1, and the daemon 2",),
)


def said(folders: Folders) -> list[str]:
    """The rows of ``status`` about the cluster."""
    rows = list(lines(folders, NOW))
    first = next((n for n, row in enumerate(rows) if row.startswith("cluster")), None)
    if first is None:
        return []
    last = next(n for n in range(first + 1, len(rows)) if rows[n][0] != " ")
    return [row[12:] for row in rows[first:last]]


def test_status_shows_workers_cores_clips_and_speed(tmp_path: Path) -> None:
    """And who was refused; while the daemon runs."""
    folders = Folders(tmp_path)
    folders.make()
    STATE.write(tmp_path)
    with alone(tmp_path / LOCK_NAME):
        shown = said(folders)

    assert shown == [
        "3 workers on 2 machines, 12 cores; 2 share the folder",
        "9 clips in flight, 1 ready; 812 frames a second",
        "refused tls://old:1: it has numpy 1, and the daemon 2",
    ]
    assert said(folders) == []


def test_a_cluster_that_is_away_is_said(tmp_path: Path) -> None:
    """With the reason, and that clips wait."""
    replace(STATE, problem="it did not answer").write(tmp_path)
    state = read_state(tmp_path, NOW)

    assert state is not None
    assert state.lines == (
        "tls://desk:8786 is not reached, clips wait: it did not answer",
    )


def test_clips_on_this_machine_and_many_refusals_are_counted() -> None:
    """No list is without an end."""
    state = replace(STATE, at_home=2, refused=("x",) * 8)

    assert ", 2 on this machine;" in state.lines[1]
    assert state.lines[-1] == "and 3 more refused"


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"at": 1}', "\xff", '{"at": "x", "refused": []}']
)
def test_what_is_no_state_is_none(tmp_path: Path, text: str) -> None:
    """A stump, or that of another version."""
    (tmp_path / FILE_NAME).write_text(text, "latin-1")

    assert read_state(tmp_path, NOW) is None


def test_an_old_state_is_none(tmp_path: Path) -> None:
    """A daemon that was killed leaves its last one."""
    STATE.write(tmp_path)
    told = json.loads((tmp_path / FILE_NAME).read_text())

    assert told["threads"] == 12
    assert read_state(tmp_path, NOW + timedelta(seconds=60)) == STATE
    assert read_state(tmp_path, NOW + timedelta(seconds=121)) is None
