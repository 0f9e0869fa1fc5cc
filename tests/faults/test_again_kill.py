"""Looking again beside the daemon, and through SIGKILL at any moment."""

from __future__ import annotations

import csv
import io
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis.record.file.recordfile import FILE_NAME
from tests.analysis.again.again_host import seen_in
from tests.analysis.installation import ROOT, Daemon, Installation, is_running
from tests.analysis.installation import wait_until as wait_until_
from tests.analysis.small_host import names
from tests.counts import times
from tests.footage import clip_bytes, zip_bytes

_EVERY = 10  # clips, then a kill
_ANALYSED = "clip analysed"

# A process starts with the size of the one that starts it, and pytest is large here.
_MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def clip_name(number: int) -> str:
    """A clip's name, on one of four weeks' days."""
    return f"clip{number:05d}_2026-05-{1 + number % 28:02d}_07-00-00.h264"


def analysed(root: Path, clips: int, long: int = 1, **options: str) -> Installation:
    """A host that has analysed so many clips: archives of a hundred, some bare."""
    made = Installation(root, **options)
    for first in range(0, clips, 100):
        numbers = range(first, min(first + 100, clips))
        bare = {number for number in numbers if number % 50 == 49}
        packed = {clip_name(n): clip_bytes(n) * long for n in numbers if n not in bare}
        made.drop(f"week{first:05d}.zip", zip_bytes(packed))
        for number in bare:
            made.drop(clip_name(number), clip_bytes(number) * long)
    assert made.run("run", "--once").returncode == 0
    return made


def with_threshold(made: Installation, threshold: float) -> Installation:
    """Change the config."""
    text = made.config.read_text("utf-8")
    made.config.write_text(text + f"threshold = {threshold}\n", "utf-8")
    return made


def copied(made: Installation, root: Path) -> Installation:
    """The same host at another place."""
    shutil.copytree(made.config.parent, root)
    other = Installation.__new__(Installation)
    other.config = root / "config.toml"
    other.folders = type(made.folders)(root / "host")
    return other


def start(made: Installation) -> Daemon:
    """Begin to look again."""
    return Daemon(made.command("reanalyse"), made.config.parent / "again.log")


def seen(made: Installation, run: int = 2) -> list[tuple[object, ...]]:
    """What the record has of a run."""
    return seen_in(made.folders.results / FILE_NAME, run)


def kill(running: Daemon) -> None:
    """SIGKILL; the workers end with it."""
    workers = running.children
    running.kill()
    wait_until_(lambda: not any(map(is_running, workers)), "workers outlive it")


def test_it_works_beside_the_daemon(tmp_path: Path) -> None:
    """New footage is taken meanwhile, people see both, and a kill costs nothing."""
    made = with_threshold(analysed(tmp_path / "made", 12, long=20), 0.6)
    with made.start() as daemon:
        daemon.wait_until(lambda: "analysis started" in daemon.said, "no start")
        with start(made) as again:
            again.wait_until(lambda: _ANALYSED in again.said, "nothing was looked at")
            kill(again)
        made.drop(clip_name(99), clip_bytes(99))
        ended = made.run("reanalyse")
        daemon.wait_until(
            lambda: clip_name(99) in str(names(made.folders.done)), "not taken"
        )
        assert daemon.stop() == 0

    assert (ended.returncode, "run 2: " in ended.stdout) == (0, True)
    assert len({row[0] for row in seen(made)}) == 13
    rows = csv.DictReader(io.StringIO(made.tables()["clips"]))
    assert {row["run"] for row in rows} == {"2"}
    assert "moved or replaced" not in daemon.said


@pytest.mark.timeout(3600)
@pytest.mark.slow
def test_kills_at_random_moments_change_nothing(tmp_path: Path) -> None:
    """Row for row the same as in a reanalysis that nobody disturbed."""
    kills = times(200)
    calm = with_threshold(analysed(tmp_path / "calm", 3 * kills, long=25), 0.6)
    hit = copied(calm, tmp_path / "hit")
    assert calm.run("reanalyse").returncode == 0
    before = seen(hit, 1)

    for number in range(kills):
        moments = random.Random(number)
        with start(hit) as again:
            if moments.random() < 0.8:  # the others die while they start up
                again.wait_until(
                    lambda: "looking again" in again.said, "nothing has begun"
                )
            time.sleep(moments.uniform(0, 1.2))
            kill(again)
    last = hit.run("reanalyse")

    assert last.returncode == 0, last.stdout
    assert seen(hit) == seen(calm)
    assert seen(hit, 1) == before
    assert names(hit.folders.working) == []
    assert names(hit.folders.done) == names(calm.folders.done)
    print(f"\n{kills} kills; the last call had this left: {last.stdout.strip()}")


@pytest.mark.timeout(3600)
@pytest.mark.slow
def test_a_kill_at_every_tenth_clip(tmp_path: Path) -> None:
    """Each clip is looked at once more at most; then the two runs are compared.

    With one worker: of two, one may do ten clips before the other has even started.
    """
    clips = times(4000)
    made = with_threshold(analysed(tmp_path / "made", clips, workers="1"), 0.6)
    notes, kills = made.folders.working / ".again" / "crashes", 0
    met: set[str] = set()
    while True:
        with start(made) as again:
            again.wait_until(
                lambda: (
                    again.said.count(_ANALYSED) >= _EVERY
                    or again.process.poll() is not None
                ),
                "it does not get on",
            )
            if again.process.poll() is not None:
                break
            kill(again)
        kills += 1
        # A kill just after a commit leaves the note of a clip that has ended.
        ended = {row[0] for row in seen(made)}
        left = [note for note in notes.glob("[0-9a-f]*") if note.name not in ended]
        in_work = {note.name: note.stat().st_size for note in left}
        assert set(in_work.values()) <= {0, 1}  # 0: killed while it was noted
        assert not met & set(in_work)
        met |= set(in_work)

    assert made.run("reanalyse").stdout.startswith("run 2: 0 clips looked at")
    assert len({row[0] for row in seen(made)}) == clips
    seconds, megabytes = compare(made)
    print(
        f"\n{clips} clips, {kills} kills, {len(met)} clips looked at twice; compare"
        f" took {seconds:.1f} s and {megabytes:.0f} MB"
    )
    assert (seconds < 30, megabytes < 500) == (True, True)


def compare(made: Installation) -> tuple[float, float]:
    """Compare both runs. Returns: the seconds and the megabytes that it took."""
    page = made.config.parent / "page"
    command = made.command("compare", "1", "2", "--output", str(page))
    begun = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-c", _MEASURE, *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    seconds = time.monotonic() - begun
    assert (page / "comparison.html").is_file()
    return seconds, int(ended.stdout.split()[-1]) / 1024
