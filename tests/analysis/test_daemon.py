"""The whole daemon, as a process: it takes, works, says so, and stops."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest

from analysis.record.file.reader import reading
from analysis.record.file.recordfile import FILE_NAME
from tests.analysis.installation import (
    PATIENCE_S,
    Daemon,
    Installation,
    is_running,
    wait_until,
)
from tests.analysis.small_host import names, tree
from tests.footage import clip_bytes, still_bytes, zip_bytes

GOOD = zip_bytes({f"clip{n}_2026-05-01.h264": clip_bytes(n) for n in range(3)})


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    """A config and folders."""
    return Installation(tmp_path)


@pytest.fixture
def daemon(made: Installation) -> Iterator[Daemon]:
    """A daemon that has started."""
    with made.start() as running:
        running.wait_until(lambda: "analysis started" in running.said, "no start")
        yield running


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"a.zip": GOOD}, 0),
        ({}, 0),
        ({"a.zip": GOOD, "b.txt": b"x"}, 1),
        ({"a.zip": GOOD, "b.zip": GOOD[:-1]}, 1),
        ({"a.zip": zip_bytes({"a.h264": b"no footage"})}, 1),
        ({"a.zip.part": GOOD}, 0),
    ],
)
def test_once_says_whether_all_is_well(
    made: Installation, files: dict[str, bytes], code: int
) -> None:
    """0 when everything ended in done/; what is never taken does not count."""
    for name, data in files.items():
        made.drop(name, data)
    ended = made.run("run", "--once")

    assert ended.returncode == code, ended.stderr
    assert "Traceback" not in ended.stderr
    assert tree(made.folders.working) == {}


@pytest.mark.parametrize(
    ("require_motion", "status"), [('"auto"', "static"), ("false", "counted")]
)
def test_a_still_scene_is_not_counted_as_shipped(
    tmp_path: Path, require_motion: str, status: str
) -> None:
    """A whole-frame model calls every frame a fish: it is one only where one asks."""
    made = Installation(tmp_path, require_motion=require_motion)
    made.drop("still.h264", still_bytes())
    ended = made.run("run", "--once")

    (encounter,) = csv.DictReader(StringIO(made.tables()["encounters"]))
    (clip,) = csv.DictReader(StringIO(made.tables()["clips"]))
    assert ended.returncode == 0, ended.stderr
    assert encounter["status"] == status
    assert clip["encounters"] == str(int(status == "counted"))


def test_a_run_says_whether_motion_was_asked_for(tmp_path: Path) -> None:
    """What is recorded is what acted."""
    made = Installation(tmp_path, require_motion='"auto"')
    made.drop("still.h264", still_bytes())
    made.run("run", "--once")

    with reading(made.folders.results / FILE_NAME) as db:
        (text,) = db.execute("SELECT settings FROM runs").fetchone()
    assert json.loads(text)["require_motion"] is True


def test_a_model_that_cannot_be_used_is_a_wrong_config(
    made: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The daemon ends with 2, and is not started again; its status has the reason."""
    (tmp_path / "model.tflite").write_bytes(b"<!DOCTYPE html><html>")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        ended = made.run("run")
        systemd.setblocking(False)
        told = [systemd.recv(4096).decode(), systemd.recv(4096).decode()]

    assert ended.returncode == 2
    assert "model.tflite: is not a TFLite model but a web page" in ended.stderr
    assert told[-1].startswith("STATUS=model.tflite: is not a TFLite model but a web")


def test_what_is_dropped_is_worked(made: Installation, daemon: Daemon) -> None:
    """One after the other, as it comes; a stop is clean."""
    for name in ("a.zip", "b.zip"):
        made.drop(name, GOOD)
        done = made.folders.done / name
        daemon.wait_until(done.exists, f"{name} is not done")

    workers = daemon.children
    assert daemon.stop() == 0
    assert "archive accepted archive=b.zip clips=3 known=3" in daemon.said
    assert daemon.said.count("clip analysed") == 3
    assert "analysis stopped" in daemon.said
    assert not any(map(is_running, workers))


def test_a_second_daemon_is_refused(made: Installation, daemon: Daemon) -> None:
    """It names the first, and ends with 1."""
    ended = made.run("run", "--once")

    assert ended.returncode == 1
    assert f"process {daemon.process.pid} works here already" in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_worker_that_is_killed_is_replaced(
    made: Installation, daemon: Daemon, number: int
) -> None:
    """With a clip in work; nothing else is lost."""
    long = clip_bytes(9) * 300
    made.drop("long.zip", zip_bytes({"long.h264": long, "b.h264": clip_bytes(8)}))
    daemon.wait_until(lambda: any(map(_works, daemon.children)), "no work")
    for worker in filter(_works, daemon.children):
        os.kill(worker, number)
    daemon.wait_until(lambda: names(made.folders.done), "not done")

    assert daemon.said.count("clip tried again clip=long.h264") == 1
    assert "clip failed" not in daemon.said
    made.drop("a.zip", GOOD)
    daemon.wait_until(lambda: len(names(made.folders.done)) == 2, "no work after it")


def test_a_stop_leaves_the_work_to_be_done_again(
    made: Installation, daemon: Daemon
) -> None:
    """The archive stays claimed; the next daemon ends it."""
    made.drop("long.zip", zip_bytes({"long.h264": clip_bytes(9) * 600}))
    # By its sum a clip is noted, and an archive as being opened.
    daemon.wait_until(lambda: list(made.folders.crashes.glob("?" * 64)), "no work")
    assert daemon.stop() == 0

    assert "clips in work, to be done again: 1" in daemon.said
    assert names(made.folders.working)[-1] == "long.zip"
    assert made.run("run", "--once").returncode == 0
    assert names(made.folders.done) == ["long.zip"]


@pytest.fixture
def deaf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A systemd that reads nothing: whatever is told to it waits for ever."""
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as mouth,
    ):
        ear.bind(str(tmp_path / "notify"))
        mouth.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                mouth.sendto(b"x", str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
        yield


@pytest.mark.usefixtures("deaf")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("package", ["analysis", "capture"])
def test_a_second_signal_ends_a_daemon_at_once(
    made: Installation, package: str, number: int
) -> None:
    """Whatever it hangs in; both daemons, which would wait for ever here."""
    footage = made.config.parent / "footage"
    footage.mkdir()
    with made.config.open("a") as config:
        config.write(f'[capture]\nbackend = "simulated"\ndirectory = "{footage}"\n')
    run = [sys.executable, "-m", package, "run", "--config", str(made.config)]
    with Daemon(run, made.config.parent / "log") as daemon:
        daemon.wait_until(lambda: _heeds(daemon.process.pid, number), "no handler")

        def is_dead() -> bool:
            daemon.process.send_signal(number)
            return daemon.process.poll() is not None

        daemon.wait_until(is_dead, "it lives")
    assert daemon.process.returncode == -number


def _heeds(process: int, number: int) -> bool:
    """Whether a process has a handler of its own for a signal; Python has SIGINT's."""
    status = Path(f"/proc/{process}/status").read_text()
    (caught,) = re.findall(r"SigCgt:\s*(\w+)", status)
    return all(int(caught, 16) >> (n - 1) & 1 for n in (number, signal.SIGTERM))


def test_hanging_workers_are_given_up(tmp_path: Path) -> None:
    """The clip has failed after two deadlines; the other is worked."""
    made = Installation(tmp_path, deadline_s="3", deadline_per_frame_s="0.0001")
    made.drop(
        "a.zip",
        zip_bytes({"a.h264": clip_bytes(1) * 1000, "b.h264": clip_bytes(2)}),
    )
    with made.start() as daemon:
        wait_until(lambda: len(daemon.children) >= 2, "no workers")
        daemon.wait_until(lambda: _stop_worker(daemon), "a is not in work")
        daemon.wait_until(lambda: _stop_worker(daemon), "a is not tried again")
        daemon.wait_until(lambda: names(made.folders.done), "not done")

        assert (
            "clip failed clip=a.h264 archive=a.zip reason=it took more" in daemon.said
        )
        assert "clip analysed clip=b.h264" in daemon.said


_STOPPED: set[int] = set()


def _stop_worker(daemon: Daemon) -> bool:
    """Let the process that works the long clip hang."""
    for child in daemon.children:
        if child not in _STOPPED and _works(child):
            os.kill(child, signal.SIGSTOP)
            _STOPPED.add(child)
            return True
    return False


def _works(process: int) -> bool:
    """Whether a process has a clip open."""
    for link in Path(f"/proc/{process}/fd").glob("*"):
        try:
            if "/.clips/" in str(link.readlink()) and _size(link) > 100_000:
                return True
        except OSError:
            continue
    return False


def _size(link: Path) -> int:
    return link.stat().st_size


def test_a_daemon_with_nothing_to_do_feeds_the_watchdog(
    made: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its loop goes round, and its status says no more than that it is idle."""
    heard: list[str] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        with made.start():
            systemd.settimeout(PATIENCE_S)
            while "READY=1" not in heard:
                heard.append(systemd.recv(4096).decode())
            systemd.settimeout(15)
            while heard[-3:] != 3 * ["WATCHDOG=1"]:
                heard.append(systemd.recv(4096).decode())
    assert {each for each in heard if "idle" in each} == {"STATUS=idle"}
