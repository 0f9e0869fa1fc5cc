"""SIGKILL at any moment: every clip is analysed once, nothing is lost or left."""

from __future__ import annotations

import csv
import json
import random
import time
from io import StringIO
from pathlib import Path

import pytest

from tests.analysis.installation import Installation, is_running, wait_until
from tests.analysis.small_host import names, tree
from tests.counts import times
from tests.footage import clip_bytes, sidecar_of, zip_bytes

_WORKERS_START_S = 0.6
_GROUPS = 25  # of twelve frames: a clip takes a fifth of a second


def clip_name(number: int) -> str:
    """A clip's name, in the contract's form."""
    return f"clip{number:05d}_2026-05-{1 + number // 24 % 28:02d}_07-00-00.h264"


def footage(number: int) -> tuple[str, bytes, bytes]:
    """A clip of 300 frames: its name, its bytes, its sidecar."""
    name, data = clip_name(number), clip_bytes(number) * _GROUPS
    sidecar = sidecar_of(data, name, frames=12 * _GROUPS)
    return name, data, sidecar.to_json().encode()


def queue(weeks: int) -> dict[str, bytes]:
    """Files to drop: weekly archives that repeat clips, and bare clips in between."""
    files: dict[str, bytes] = {}
    for week in range(weeks):
        members = {}
        for number in range(week * 3, week * 3 + 5):  # two of them of the week before
            name, data, sidecar = footage(number)
            members[name] = data
            if number % 2:
                members[name + ".json"] = sidecar
        files[f"week{week:03d}.zip"] = zip_bytes(members)
        name, data, sidecar = footage(10_000 + week)
        files[f"north/{name}"] = data
        files[f"north/{name}.json"] = sidecar
    files["week999.zip"] = zip_bytes({"bad.h264": b"none", "a/b.h264": clip_bytes(1)})
    return files


def fill(installation: Installation, files: dict[str, bytes]) -> None:
    """Drop everything."""
    for name, data in files.items():
        installation.drop(name, data)


def undated(installation: Installation) -> dict[str, list[dict[str, str]]]:
    """All rows of all tables, but not when a run began."""
    tables = installation.tables().items()
    rows = {name: list(csv.DictReader(StringIO(text))) for name, text in tables}
    return {**rows, "runs": [{**row, "started": ""} for row in rows["runs"]]}


@pytest.mark.timeout(600)
def test_kills_at_random_moments_change_nothing(tmp_path: Path) -> None:
    """Row for row the same as in a run that nobody disturbed."""
    kills = times(300)
    files = queue(kills * 2 // 3)
    calm, hit = Installation(tmp_path / "calm"), Installation(tmp_path / "hit")
    fill(calm, files)
    fill(hit, files)
    begun = time.monotonic()
    assert calm.run("run", "--once").returncode == 1  # one clip is no footage
    # So long that the work lasts for all the kills, on a fast machine and a slow one.
    most_s = _WORKERS_START_S + 1.5 * (time.monotonic() - begun) / kills

    in_work = sum(
        kill_one(hit, random.Random(number), most_s) for number in range(kills)
    )
    left = len(names(hit.folders.inbox)) + len(names(hit.folders.working))
    hit.run("run", "--once")

    assert undated(hit) == undated(calm)
    assert tree(hit.folders.done) == tree(calm.folders.done)
    assert (tree(hit.folders.working), names(hit.folders.inbox)) == ({}, [])
    assert clips_named(hit) == clips_named(calm)
    print(
        f"\n{kills} kills, {in_work} of them with clips in work; {len(files)} files"
        f" and {hit.tables()['clips'].count(chr(10)) - 1} clips in all,"
        f" {left} files left after the last kill"
    )


def kill_one(hit: Installation, moments: random.Random, most_s: float) -> bool:
    """Kill a daemon; whether it had clips in work. Its workers end with it."""
    with hit.start() as daemon:
        if moments.random() < 0.8:  # the others die while they start up
            daemon.wait_until(lambda: "analysis started" in daemon.said, "no start")
        time.sleep(moments.uniform(0, most_s))
        workers = daemon.children
        daemon.kill()
    wait_until(lambda: not any(map(is_running, workers)), "workers outlive the daemon")
    return any(hit.folders.crashes.glob("[0-9a-f]*"))


def clips_named(installation: Installation) -> dict[str, list[str]]:
    """The clips that each receipt names."""
    texts = tree(installation.folders.receipts)
    return {
        name: [clip["sha256"] for clip in json.loads(text or b"")["clips"]]
        for name, text in texts.items()
    }
