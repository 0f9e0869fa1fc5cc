"""The claim on a drive: one daemon films to it, and nobody else keeps it out."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest

from capture import DriveError
from tests.capture.drive.test_storage import drive
from tests.member import acting, lock_all, needs_another_user


@pytest.fixture
def anybodys() -> Iterator[Path]:
    """A drive that everybody may read."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def refused(_descriptor: int, _mode: int) -> None:
    """Change a file's mode on a FAT."""
    raise OSError(errno.EPERM, "not permitted")


def test_one_daemon_at_a_time_films_to_a_drive(tmp_path: Path) -> None:
    """Its folder is claimed while it is open, under whatever name it was opened."""
    usb, other = tmp_path / "usb", tmp_path / "other"
    usb.mkdir()
    other.symlink_to(usb)
    with drive(usb, alone=True).open():
        with pytest.raises(DriveError, match=f"process {os.getpid()} films to it"):
            drive(other, alone=True).open()
        drive(other).open().close()  # to pack is allowed

    drive(other, alone=True).open().close()


def test_a_claim_is_of_the_drive_that_was_pulled(tmp_path: Path) -> None:
    """What is plugged in next is free."""
    usb = tmp_path / "usb"
    usb.mkdir()
    with drive(usb, alone=True).open():
        usb.rename(tmp_path / "pulled")
        usb.mkdir()
        with drive(usb, alone=True).open():
            pass


@needs_another_user
def test_who_may_only_read_a_drive_cannot_claim_it(anybodys: Path) -> None:
    """Footage is for everybody to read, and what can be read can be locked."""
    with drive(anybodys, alone=True).open():
        pass
    with acting(lock_all(anybodys)) as other:
        assert other.recv() == ["."]

        drive(anybodys, alone=True).open().close()


@needs_another_user
def test_on_a_fat_the_lock_of_another_user_is_no_claim(
    anybodys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has no modes, so that nothing can be kept from others."""
    lock = anybodys / "film.lock"
    lock.touch(0o644)
    monkeypatch.setattr(os, "fchmod", refused)
    with acting(lock_all(anybodys)) as other:
        assert "film.lock" in other.recv()
        drive(anybodys, alone=True).open().close()

    ours = drive(anybodys, alone=True).open()
    with ours, pytest.raises(DriveError, match=f"process {os.getpid()} films to it"):
        drive(anybodys, alone=True).open()


@pytest.mark.parametrize("strange", [Path.mkdir, os.mkfifo])
def test_a_drive_that_takes_no_lock_is_filmed_to(
    tmp_path: Path, strange: Callable[[Path], None]
) -> None:
    """Whatever has the lock's name."""
    strange(tmp_path / "film.lock")

    drive(tmp_path, alone=True).open().close()
