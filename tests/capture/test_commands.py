"""The commands: plan, check, clock, pack, prune, as they are typed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from capture.drive.claim import LOCK_NAME
from capture.drive.storage import Drive
from tests.capture.camera_site import ROOT, Site
from tests.capture.river_bank import stream
from weir.clock import SystemClock, format_utc
from weir.effort import NOT_RUNNING


def test_plan_has_a_line_for_each_slot(site: Site) -> None:
    """With its local start; eleven a day, whether there is a drive or not."""
    site.drive.rmdir()
    code, lines = site.run("plan", "--days", "14")

    slots = [line for line in lines if re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d  ", line)]
    assert code == 0
    assert len(slots) == 154
    assert slots[0].startswith("2026-05-01 07:00")
    assert slots[-1].startswith("2026-05-14 17:00")
    assert any(line.startswith("154 clips in 14 days, 38.5 hours") for line in lines)
    assert "no drive" in lines[-1]


def test_plan_measures_what_was_filmed(site: Site) -> None:
    """And asks the drive how much room it has; it goes on behind what was filmed."""
    site.film(2)
    _, lines = site.run("plan")

    assert "measured on the 2 newest clips" in lines[-2]
    assert re.search(r" MB of room, (full on 20|enough for two years)", lines[-1])
    assert lines[0].startswith("2026-05-01 09:00")


def test_plan_goes_by_the_daemons_clock(site: Site) -> None:
    """It films by that, also where the machine's own is years behind."""
    config = site.folder / "config.toml"
    config.write_text(config.read_text().replace('pace = "fast"', 'pace = "real"'))
    state = site.folder / "weir-state"
    state.mkdir()
    known = {"format_version": 1, "at": "2090-05-01T04:30:00Z", "slot": None}
    known |= {"gap_reason": NOT_RUNNING, "vouched": False, "last_line": None}
    (state / "effort-book.json").write_text(json.dumps(known))

    _, lines = site.run("plan", "--days", "1")

    assert any(re.match("2090-05-01 07:00  15 min", line) for line in lines)
    assert any("clock: the daemon would go by 2090-05-01 06:30" in li for li in lines)


def test_check_passes_at_a_good_site(site: Site) -> None:
    """One line each, in plain words."""
    code, lines = site.run("check")

    assert code == 0, lines
    assert all(line.startswith("PASS  ") for line in lines)
    assert any("test clip:" in line for line in lines)
    assert not list(site.drive.iterdir())


def test_check_writes_through_no_planted_link(site: Site) -> None:
    """On its trial of the drive a clip could depend."""
    clip = site.drive / "clip1_2026-05-01.h264"
    clip.write_bytes(b"footage")
    for name in (".weir-check", "aim.jpg"):
        (site.drive / name).symlink_to(clip)
    site.run("check")

    assert clip.read_bytes() == b"footage"


def test_check_fails_where_something_is_missing(site: Site) -> None:
    """The others are told all the same."""
    site.drive.rmdir()
    code, lines = site.run("check")

    failed = [line for line in lines if line.startswith("FAIL")]
    assert code == 1
    assert any("drive" in line for line in failed)
    assert any(line.startswith("PASS  test clip") for line in lines)


def test_a_person_says_that_the_clock_is_right(site: Site) -> None:
    """After the daemon has lived in a future that never came."""
    site.film(1)
    assert site.run("clock")[0] == 0
    book = site.folder / "weir-state" / "effort-book.json"
    fields = json.loads(book.read_text())
    fields["at"] = format_utc(SystemClock().now() + timedelta(hours=9))
    book.write_text(json.dumps(fields))
    apart, lines = site.run("clock")
    trusted, _ = site.run("clock", "--trust")
    together, _ = site.run("clock")

    assert (apart, trusted, together) == (1, 0, 0)
    assert "clock --trust" in lines[0]


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize(
    ("backend", "line"),
    [
        ("picamera2", "rotation = 90"),
        ("picamera2", "gains = [0, 1]"),
        ("picamera", "resolution = [2592, 1944]"),
        ("simulated", "resolution = [721, 480]"),
    ],
)
def test_what_the_backend_cannot_do_is_an_error(
    site: Site, command: str, backend: str, line: str
) -> None:
    """Known at the check and at the start, not in the water."""
    site.configure(line)
    file = site.folder / "config.toml"
    file.write_text(file.read_text().replace('"simulated"', f'"{backend}"', 1))
    done = site.call(command)

    assert done.returncode == (1 if command == "check" else 2)
    told = "FAIL  config: " if command == "check" else ""
    assert f"{told}capture.{line}" in (done.stdout + done.stderr).decode()


def test_check_asks_the_pi(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Temperature and power through vcgencmd; the original service by name."""
    answers = {
        "vcgencmd": "case $1 in measure_temp) echo temp=85.2;; "
        "*) echo throttled=0x50005;; esac",
        "systemctl": "[ $2 = local_video_capture.service ] && echo active",
    }
    for name, answer in answers.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{answer}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    code, lines = site.run("check")

    assert code == 1
    assert "FAIL  temperature: 85 degrees" in lines
    assert any(line.startswith("FAIL  power: under-voltage now") for line in lines)
    assert any("disable --now local_video_capture.service" in line for line in lines)


def test_check_knows_of_the_daemon(site: Site) -> None:
    """It holds the camera; the line says how to stop it."""
    from weir import service

    state = site.folder / "weir-state"
    state.mkdir()
    with service.alone(state / "capture.lock"):
        code, lines = site.run("check")

    assert code == 1
    assert any(f"process {os.getpid()}" in line for line in lines)


def test_what_a_kill_left_is_swept_from_the_state(site: Site) -> None:
    """Half of a book, which is written whole or not at all; nothing else."""
    state = site.folder / "weir-state"
    state.mkdir()
    left, other = state / f"weir-{'0' * 16}.part", state / "mine.part"
    for file in (left, other):
        file.write_text("half")
    site.film(1)

    assert (left.exists(), other.exists()) == (False, True)


def test_a_second_daemon_is_refused(site: Site) -> None:
    """It names the first."""
    from weir import service

    state = site.folder / "weir-state"
    state.mkdir()
    with service.alone(state / "capture.lock"):
        done = site.call("run")

    assert done.returncode == 1
    assert str(os.getpid()).encode() in done.stderr


def test_a_daemon_with_another_config_is_refused_too(site: Site) -> None:
    """Its state directory is another, the drive is the same, and a clip grows there."""
    part = site.drive / "clip00001_2026-05-01_07-00-00.h264.part"
    part.write_bytes(stream(9))
    drive = Drive(site.drive, require_mount=False, min_free_bytes=0, alone=True)
    with drive.open():
        done = site.call("run", "--clips", "1")

    assert done.returncode == 1
    assert f"process {os.getpid()} films to it already".encode() in done.stderr
    assert {*site.drive.iterdir()} == {part, site.drive / LOCK_NAME}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another")
def test_a_daemon_that_root_starts_goes_on_as_the_folders_owner(site: Site) -> None:
    """Who, unlike root, may write no lock to a folder that nobody may write to."""
    state = site.folder / "weir-state"
    state.mkdir(mode=0o500)
    os.chown(state, 12345, 12345)
    site.folder.chmod(0o755)
    done = site.call("run", "--clips", "1")

    assert done.returncode == 1
    assert f"{state}: cannot be used (Permission denied)" in done.stderr.decode()


def test_importing_capture_loads_no_camera_and_no_numpy() -> None:
    """A Pi Zero has 512 MB."""
    script = "import capture.__main__, sys; print(sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True
    )

    for heavy in ("numpy", "av", "picamera", "picamera2", "astral", "cv2"):
        assert f"'{heavy}'" not in done.stdout.decode()
