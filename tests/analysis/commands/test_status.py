"""``weir-analysis status``: how the work goes, in plain words, for everybody."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from analysis.commands import status
from analysis.intake.folders import LOCK_NAME
from tests.analysis.installation import Installation
from tests.analysis.small_host import Host
from tests.footage import clip_bytes, zip_bytes
from weir import WeirError
from weir.foreign import CONVERT
from weir.service import alone


def told(host: Host, now: datetime) -> dict[str, str]:
    """The rows of the table; the nameless ones belong to the one above."""
    rows: dict[str, str] = {}
    name = ""
    for line in status.lines(host.folders, now):
        name = line[:12].strip() or name
        rows[name] = f"{rows[name]} | {line[12:]}" if name in rows else line[12:]
    return rows


@pytest.fixture
def now() -> datetime:
    """The machine's own time: files have its times."""
    return datetime.now(timezone.utc)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """A host that has nothing to do."""
    with Host(tmp_path) as made:
        yield made


def test_an_idle_desk_says_so(host: Host, now: datetime) -> None:
    """Nobody runs, nothing waits."""
    assert told(host, now) == {
        "folder": str(host.folders.root),
        "daemon": "not running",
        "waiting": "nothing in inbox/",
        "working": "nothing in working/",
        "footage": "unknown hours waiting",
        "speed": "not measured yet",
        "queue": "empty",
        "done today": "0 deliveries, 0 clips, 0.0 min of footage",
        "rejected": "none",
    }


def test_what_was_done_today_is_counted(tmp_path: Path, now: datetime) -> None:
    """And what has failed."""
    with Host(tmp_path) as host:
        host.clock.step(now, synchronised=True)
        good, bad = clip_bytes(1, 60), b"no footage"
        host.drop("a.zip", zip_bytes({"a.h264": good, "b.h264": bad}))
        host.settle()

        done = told(host, now + timedelta(minutes=1))["done today"]
        assert done == "1 delivery, 1 clip, 1.0 min of footage; 1 clip failed"


def test_rejections_are_told_with_their_reasons(host: Host, now: datetime) -> None:
    """Each on a line of its own, whatever its name."""
    host.drop("a\nb.zip", b"no zip")
    host.drop("cam2/c.txt", b"x")
    host.settle()

    assert told(host, now)["rejected"] == (
        "2 | a?b.zip: it does not begin as a zip file does (PK): copy it again, or give"
        " it the name that it had | cam2/c.txt: it is neither footage (.h264, .mp4,"
        f" ...) nor a .zip of it; if it is footage in another form, {CONVERT}"
    )


def test_the_daemon_is_named(host: Host, now: datetime) -> None:
    """While it runs."""
    with alone(host.folders.root / LOCK_NAME):
        assert told(host, now)["daemon"] == f"running, process {os.getpid()}"
    assert told(host, now)["daemon"] == "not running"


def test_the_queues_end_is_foretold(host: Host, now: datetime) -> None:
    """From the speed that was measured."""
    host.drop("a.h264", clip_bytes(1))
    host.settle()
    host.drop("b.h264", clip_bytes(1) * 400)
    with alone(host.folders.root / LOCK_NAME):
        rows = told(host, now)

    assert rows["footage"] == "1.3 h waiting"
    assert rows["speed"].endswith(" hours of footage an hour")
    assert rows["queue"].startswith("empty in ")
    assert rows["waiting"].startswith("1 file in inbox/, ")
    assert told(host, now)["queue"] == "stands still: the daemon is not running"


def test_a_queue_that_grows_is_a_warning(tmp_path: Path, now: datetime) -> None:
    """With both speeds."""
    with Host(tmp_path) as host:
        for number in range(4):
            path = host.drop(f"{number}.h264", clip_bytes(number))
            host.settle()
        with host.store._file.transaction():
            for number in range(4):
                moment = now - timedelta(hours=9 - 3 * number)
                host.store._db.execute(
                    "UPDATE clips SET received = ? WHERE clip = ?",
                    (f"{moment:%Y-%m-%dT%H:%M:%SZ}", f"{number}.h264"),
                )
            host.store._db.execute(
                "UPDATE analyses SET seconds = 72000, framerate = framerate / 180"
            )
        path = host.drop("9.h264", clip_bytes(9))
        with alone(host.folders.root / LOCK_NAME):
            rows = told(host, now)
        off = told(host, now)

    assert path.exists()
    assert "WARNING" not in off
    assert rows["WARNING"] == (
        "clips arrive faster than they are analysed: 0.3 hours of footage come an"
        " hour, 0.1 are worked"
    )


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path, now: datetime) -> None:
    """In one line."""
    with pytest.raises(WeirError, match=r"nowhere: cannot be read \(No such file"):
        status.print_status(tmp_path / "nowhere", now)


def test_it_works_before_the_first_start(tmp_path: Path) -> None:
    """There is nothing yet, and that is no error."""
    made = Installation(tmp_path)
    for folder in made.folders.root.iterdir():
        folder.rmdir()
    ended = made.run("status")

    told = f"config: {tmp_path}/config.toml\n"
    assert (ended.returncode, ended.stderr) == (0, told)
    assert "there are no results yet" in ended.stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("running", [True, False])
def test_a_reader_may_ask(
    tmp_path_factory: pytest.TempPathFactory, running: bool
) -> None:
    """A member of the group, who may only read, while the daemon runs or does not."""
    made = Installation(tmp_path_factory.mktemp("status"))
    made.drop("a.zip", zip_bytes({"a.h264": clip_bytes(1)}))
    assert made.run("run", "--once").returncode == 0
    _open_to_readers(made.config.parent)
    if running:
        with made.start() as daemon:
            daemon.wait_until(lambda: "analysis started" in daemon.said, "no start")
            said = _as_nobody(made)
    else:
        said = _as_nobody(made)

    assert "1 delivery, 1 clip" in said
    assert ("running, process" in said) == running


def _as_nobody(made: Installation) -> str:
    """What status says to somebody who may write nowhere."""
    out = made.config.parent.parent / f"said-{made.config.parent.name}"
    child = os.fork()
    if not child:
        code = 9
        try:
            with out.open("w") as file:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
                sys.stdout = file
                status.print_status(made.folders.root, datetime.now(timezone.utc))
                code = 0
        except Exception:  # noqa: BLE001 - told to the parent
            traceback.print_exc()
        os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    return out.read_text()


def _open_to_readers(folder: Path) -> None:
    """Let others look, and not write, all the way down to a folder."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
    for path in list(folder.parents)[:-2]:
        path.chmod(path.stat().st_mode | 0o011)


def test_a_reason_of_any_size_takes_a_line(host: Host, now: datetime) -> None:
    """Somebody dropped a file of that name; a pipe is not waited for, either."""
    rejected = host.folders.rejected
    with (rejected / "a.reason.txt").open("wb") as file:
        file.write(b"why " * 1000)
        file.truncate(300 << 20)
    os.mkfifo(rejected / "b.reason.txt")
    (rejected / "c.reason.txt").symlink_to(host.folders.results / "weir.sqlite")
    row = told(host, now)["rejected"]

    assert len(row) < 2000
    assert "why why" in row
    assert row.count("its reason cannot be read") == 2


def test_what_is_never_taken_is_named(host: Host, now: datetime) -> None:
    """Somebody may wait for it: a download that broke off, a recycle bin."""
    assert "left alone" not in told(host, now)
    for name in ("a.mp4.part", "#recycle/b.mp4", "c.download/c.mp4", ".d"):
        host.drop(name, b"x")

    assert told(host, now)["left alone"] == (
        "4 in inbox/ (hidden, junk or unfinished): #recycle, .d, a.mp4.part and 1 more"
    )
