"""Drives that fill, vanish and fail under the real daemon; needs root and mounts."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from capture.clock.assurance import WORD_NAME
from tests.faults.camera_process import ROOT, Process, write_config
from weir.atomic import PART
from weir.clip import CLIP_SUFFIX, sidecar_name
from weir.sidecar import Sidecar

EXT4_SHUTDOWN = 0x8004587D
FRAMERATE = 20


def mounts_work(folder: Path) -> bool:
    """Whether this machine lets us mount what we want."""
    if os.geteuid() != 0:
        return False
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1M", "weir", folder], check=False
    )
    if done.returncode == 0:
        subprocess.run(["umount", folder], check=True)
    return done.returncode == 0


class Stick:
    """A drive that can be made to fail.

    Args:
        folder: where its image and its mount point are.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "usb"
        self.path.mkdir()
        self._image = folder / "stick.img"

    def format(self, megabytes: int) -> None:
        """Make it anew."""
        with self._image.open("wb") as file:
            file.truncate(megabytes << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", "-m0", self._image], check=True)

    def mount(self) -> None:
        """Plug it in."""
        subprocess.run(["mount", "-o", "loop", self._image, self.path], check=True)

    def unmount(self) -> None:
        """Pull it: those who have it open keep what they have."""
        subprocess.run(["umount", "-l", self.path], check=True)

    def repair(self) -> None:
        """As a person would, before plugging it in again.

        In a copy, because the kernel keeps the one that failed, and would mount it
        again, as long as somebody has a file of it open.
        """
        failed, self._image = self._image, self._image.with_suffix(".repaired")
        shutil.copy(failed, self._image)
        subprocess.run(["e2fsck", "-fy", self._image], check=False, capture_output=True)

    def fail(self) -> None:
        """From now on every operation is EIO."""
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, EXT4_SHUTDOWN, struct.pack("I", 2))
        finally:
            os.close(descriptor)


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Stick]:
    """A drive that is not plugged in yet."""
    made = Stick(tmp_path)
    if not mounts_work(made.path):
        pytest.skip("needs root and the right to mount")
    try:
        yield made
    finally:
        while os.path.ismount(made.path):
            subprocess.run(["umount", "-l", made.path], check=True)


def configure(stick: Stick, **keys: str) -> Path:
    """A config that films to it, at 20 frames a second of real time."""
    folder = stick.path.parent
    size = {"resolution": "[64, 48]", "framerate": str(FRAMERATE)}
    options = {"require_mount": "true", **size, **keys}
    return write_config(folder, stick.path, pace="real", **options)


def missed(stick: Stick) -> dict[str, Any]:
    """What the open slot has lost so far, by reason."""
    book = json.loads((stick.path.parent / "state/effort-book.json").read_text())
    lost: dict[str, Any] = book["slot"]["missed"]
    return lost


def sidecars(stick: Stick) -> list[Sidecar]:
    """Of the clips on the drive."""
    clips = sorted(path.name for path in stick.path.glob("*" + CLIP_SUFFIX))
    return [Sidecar.read(stick.path / sidecar_name(clip)) for clip in clips]


def film(process: Process, stick: Stick) -> None:
    """Let it film until frames have come, however slow the machine is."""
    process.wait_until(lambda: any(map(has_bytes, parts(stick))), "no frame was filmed")
    process.run_on(0.5)


def parts(stick: Stick) -> list[Path]:
    """The clips that are being filmed."""
    return list(stick.path.glob("*" + CLIP_SUFFIX + PART))


def synced(stick: Stick) -> int:
    """How many frames there were just after a clip's first sync; 0 before it."""
    notes = stick.path.glob(sidecar_name("*" + CLIP_SUFFIX) + PART)
    return sum(Sidecar.read(note).frames for note in notes)


def has_bytes(path: Path) -> bool:
    """Whether something is in it."""
    return path.stat().st_size > 0


def test_without_a_drive_not_one_byte_is_written(stick: Stick) -> None:
    """An empty mount point is no drive; when one comes, filming begins by itself."""
    stick.format(16)
    with Process(configure(stick)) as process:
        process.wait_for("drive not usable reason=no drive")
        assert list(stick.path.iterdir()) == []
        stick.mount()
        process.wait_for("recording started")
        film(process, stick)
        assert process.terminate() == 0

    assert len(sidecars(stick)) == 1
    assert missed(stick)["no drive"] > 0


def test_a_drive_that_is_pulled_and_put_back(stick: Stick) -> None:
    """The clip is kept, nothing goes below the mount point, filming goes on."""
    stick.format(16)
    stick.mount()
    with Process(configure(stick)) as process:
        process.wait_for("recording started")
        film(process, stick)
        stick.unmount()
        process.wait_for("drive not usable reason=no drive")
        assert list(stick.path.iterdir()) == []
        stick.mount()
        process.wait_for("recording started", times=2)
        film(process, stick)
        assert process.terminate() == 0

    first, second = sidecars(stick)
    assert not first.complete
    assert first.frames > 0
    assert second.frames > 0
    assert missed(stick)["no drive"] > 0


def test_a_drive_that_gives_errors(stick: Stick) -> None:
    """EIO in mid-clip: no crash loop; repaired, the rest of the clip is closed off."""
    stick.format(16)
    stick.mount()
    with Process(configure(stick)) as process:
        process.wait_for("recording started")
        process.wait_until(lambda: synced(stick), "nothing was synced")
        frames = synced(stick)
        stick.fail()
        process.wait_for("drive not usable reason=drive error")
        stick.unmount()
        stick.repair()
        stick.mount()
        process.wait_for("recording started", times=2)
        film(process, stick)
        assert process.terminate() == 0

    assert "clip closed off" in process.said
    first, second = sidecars(stick)
    assert not first.complete
    assert first.frames > max(0, frames - FRAMERATE)
    assert second.frames > 0
    assert sum(missed(stick).values()) > 0


def test_a_drive_that_is_read_only(stick: Stick) -> None:
    """It says so, waits, and films when it can be written."""
    stick.format(16)
    stick.mount()
    subprocess.run(["mount", "-o", "remount,ro", stick.path], check=True)
    with Process(configure(stick)) as process:
        process.wait_for("drive not usable reason=drive error")
        assert "read-only" in process.said
        subprocess.run(["mount", "-o", "remount,rw", stick.path], check=True)
        process.wait_for("recording started")
        film(process, stick)
        assert process.terminate() == 0

    assert len(sidecars(stick)) == 1


@pytest.mark.parametrize("left", [0, 300_000])
def test_a_drive_that_fills_in_mid_clip(stick: Stick, left: int) -> None:
    """Filming stops, everything is kept; with room again it goes on."""
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8M", "weir", stick.path], check=True
    )
    filler = stick.path / "somebody-elses.bin"
    with Process(configure(stick)) as process:
        process.wait_for("recording started")
        film(process, stick)
        fill(filler, left)
        process.wait_for("drive full")
        filler.unlink()
        process.wait_for("recording started", times=2)
        film(process, stick)
        assert process.terminate() == 0

    first, second = sidecars(stick)
    assert not first.complete
    assert first.frames > 0
    assert second.frames > 0
    assert missed(stick)["drive full"] > 0


def fill(file: Path, left: int) -> None:
    """Take all of the room there is, but so many bytes."""
    with file.open("wb", buffering=0) as stream, contextlib.suppress(OSError):
        while True:
            stream.write(bytes(4096))
    if left:
        os.truncate(file, file.stat().st_size - left)


def test_a_system_disk_that_went_read_only(stick: Stick) -> None:
    """The card is broken, the drive is not: filming goes on.

    A person's word for the clock finds the state where it is now.
    """
    stick.format(16)
    stick.mount()
    state = stick.path.parent / "state"
    state.mkdir()
    elsewhere = Path(f"/dev/shm/weir-capture-{os.getuid()}")
    shutil.rmtree(elsewhere, ignore_errors=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "weir", state], check=True)
    try:
        config = configure(stick)
        with Process(config) as process:
            process.wait_for("state not kept")
            process.wait_for("recording started")
            clock = [sys.executable, "-m", "capture", "clock", "--trust", "--config"]
            subprocess.run([*clock, config], cwd=ROOT, check=True)
            assert (elsewhere / WORD_NAME).exists()
            film(process, stick)
            assert process.terminate() == 0
    finally:
        subprocess.run(["umount", "-l", state], check=True)
        shutil.rmtree(elsewhere, ignore_errors=True)

    assert len(sidecars(stick)) == 1
