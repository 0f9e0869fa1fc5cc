"""The drive: mounted, writable, with room; numbers that are never used twice."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from capture import DriveError
from capture.drive.numbering import take_number
from capture.drive.storage import Drive


def drive(
    folder: Path, *, mount: bool = False, free: int = 0, alone: bool = False
) -> Drive:
    """A drive at this folder."""
    return Drive(folder, require_mount=mount, min_free_bytes=free, alone=alone)


def test_an_empty_mount_point_is_no_drive(tmp_path: Path) -> None:
    """It is on the device of its parent."""
    with pytest.raises(DriveError, match="no drive is mounted") as caught:
        drive(tmp_path, mount=True).open()

    assert caught.value.reason == "no drive"


def test_a_mount_is_a_drive() -> None:
    """Another device than its parent."""
    with drive(Path("/dev/shm"), mount=True).open() as folder:
        assert folder.is_mount()


def test_a_folder_that_is_not_there_is_no_drive(tmp_path: Path) -> None:
    """And says which."""
    with pytest.raises(DriveError, match="cannot be opened") as caught:
        drive(tmp_path / "usb").open()

    assert caught.value.reason == "no drive"


def test_files_stay_on_the_drive_that_was_opened(tmp_path: Path) -> None:
    """Moved away behind our back, a new file still goes to it, not below its name."""
    usb = tmp_path / "usb"
    usb.mkdir()
    with drive(usb).open() as folder:
        usb.rename(tmp_path / "pulled")
        usb.mkdir()
        (folder.path / "clip").write_bytes(b"footage")

    assert list(usb.iterdir()) == []
    assert (tmp_path / "pulled/clip").exists()


def test_no_room_is_a_full_drive(tmp_path: Path) -> None:
    """The text gives the figures."""
    with pytest.raises(DriveError, match="MB free") as caught:
        drive(tmp_path, free=1 << 60).open_for(1000)

    assert caught.value.reason == "drive full"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, "drive full"),
        (errno.EDQUOT, "drive full"),
        (errno.EIO, "drive error"),
        (errno.EROFS, "drive error"),
    ],
)
def test_errors_of_the_system_have_a_reason(
    tmp_path: Path, number: int, reason: str
) -> None:
    """In the words of the ledger."""
    with pytest.raises(DriveError) as caught, drive(tmp_path).errors():
        raise OSError(number, os.strerror(number))

    assert caught.value.reason == reason


def test_numbers_start_at_one_and_go_up(tmp_path: Path) -> None:
    """Also when nothing comes of a number."""
    assert [take_number(tmp_path, tmp_path) for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize(
    "witness",
    [
        "last-clip-number",
        "clip00041_2026-05-01_07-00-00.h264",
        "clip00041_2026-05-01_07-00-00.h264.part",
        "clip00041_2026-05-01_07-00-00.h264.json",
        "clip00041_2026-05-01_07-00-00.h264.no-frame",
        "clip41_2023-03-08.h264",
        "effort.jsonl",
        "packed.jsonl",
        "../state/last-clip-number",
    ],
)
def test_one_witness_is_enough(tmp_path: Path, witness: str) -> None:
    """Whatever of all that knows the numbers is left."""
    usb, state = tmp_path / "usb", tmp_path / "state"
    usb.mkdir()
    state.mkdir()
    content = "41\n" if "number" in witness else '{"clip": "clip00041_2026-05-01"}\n'
    (usb / witness).write_text(content)

    assert take_number(usb, state) == 42


@pytest.mark.parametrize("torn", [b"", b"\0\0\0", b"fourty"])
def test_a_torn_counter_is_a_lost_one(tmp_path: Path, torn: bytes) -> None:
    """The other witnesses speak."""
    (tmp_path / "last-clip-number").write_bytes(torn)
    (tmp_path / "clip00041_2026-05-01_07-00-00.h264").touch()

    assert take_number(tmp_path, tmp_path) == 42
