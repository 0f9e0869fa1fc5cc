"""A folder of a drive: two cameras share one, and none films to the disk below it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from subprocess import DEVNULL, Popen

import pytest

from capture import DriveError, DriveTaken
from capture.config import CaptureConfig
from capture.drive.storage import Drive
from tests.capture.camera_site import ROOT, Site
from tests.capture.river_bank import Field, field
from weir import ConfigError
from weir.clock import UTC, SimulatedClock

SEVEN = datetime(2026, 5, 1, 5, tzinfo=UTC)  # 07:00 in Berlin
MOUNT = Path("/dev/shm")
SOMEBODY = 12345
pytestmark = pytest.mark.skipif(not MOUNT.is_mount(), reason="needs a mount")


def drive(directory: Path, mount: Path = MOUNT) -> Drive:
    """A folder of a drive, to be filmed to."""
    return Drive(directory, require_mount=mount, min_free_bytes=0, alone=True)


@pytest.fixture
def creek(in_memory: Path) -> Iterator[Field]:
    """A camera in Berlin."""
    with field(in_memory, SimulatedClock(SEVEN)) as made:
        yield made


def test_the_folder_is_made_on_a_drive_that_is_mounted(creek: Field) -> None:
    """A new stick has none; all that belongs to a camera lies in its own."""
    creek.drive = creek.drive / "cam1"
    creek.configure(directory=creek.drive, require_mount=MOUNT)
    creek.daemon().run(clips=1)

    assert creek.clips == ["clip00001_2026-05-01_07-00-00.h264"]
    assert (creek.drive / "effort.jsonl").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give away")
def test_a_folder_that_root_makes_is_the_drives_owners(in_memory: Path) -> None:
    """Or the service could not film to it."""
    os.chown(in_memory, SOMEBODY, SOMEBODY)
    drive(in_memory / "cam1").open().close()

    assert (in_memory / "cam1").stat().st_uid == SOMEBODY


def test_two_cameras_film_to_two_folders_at_once(in_memory: Path) -> None:
    """Each claims its own; a second one of the same is refused."""
    with ExitStack() as stack:
        for name in ("cam1", "cam2"):
            stack.enter_context(drive(in_memory / name).open())
        with pytest.raises(DriveTaken, match="cam1"):
            drive(in_memory / "cam1").open()


def test_nothing_is_made_below_an_empty_mount_point(tmp_path: Path) -> None:
    """Not even where the folder is there: it was made before the drive was mounted."""
    with pytest.raises(DriveError, match="no drive is mounted") as caught:
        drive(tmp_path / "cam1", tmp_path).open()
    assert caught.value.reason == "no drive"
    assert not list(tmp_path.iterdir())

    (tmp_path / "cam1").mkdir()
    with pytest.raises(DriveError, match="no drive is mounted"):
        drive(tmp_path / "cam1", tmp_path).open()


@pytest.mark.skipif(not Path("/dev").is_mount(), reason="needs a mount in a mount")
def test_another_disk_below_the_mount_point_is_not_the_drive() -> None:
    """The folder lies on what somebody mounted over it."""
    other = Drive(MOUNT, require_mount=Path("/dev"), min_free_bytes=0)
    with pytest.raises(DriveError, match="no drive is mounted"):
        other.open()


def test_a_link_to_another_disk_is_not_followed(
    in_memory: Path, tmp_path: Path
) -> None:
    """On a drive that others write to there may be anything."""
    (in_memory / "cam1").symlink_to(tmp_path)
    with pytest.raises(DriveError, match="cannot be opened"):
        drive(in_memory / "cam1").open()


def test_who_only_reads_makes_no_folder(in_memory: Path) -> None:
    """``plan`` and ``pack`` find nothing there, and leave nothing."""
    reading = Drive(in_memory / "cam1", require_mount=MOUNT, min_free_bytes=0)
    with pytest.raises(DriveError, match="cannot be opened"):
        reading.open()

    assert not list(in_memory.iterdir())


@pytest.mark.parametrize(
    "directory", ["/mnt/usb", "/mnt/usb2/cam1", "/mnt/usb/../cam1"]
)
def test_the_folder_must_lie_in_the_mount_point(directory: str) -> None:
    """Both keys are named."""
    config = CaptureConfig(directory=Path(directory), require_mount=Path("/mnt/usb"))
    with pytest.raises(ConfigError, match=r"require_mount = .*capture\.directory"):
        Drive.of(config)


def test_two_daemons_film_two_cameras(in_memory: Path) -> None:
    """Two processes at the same time, each with a config and a state of its own."""
    daemons = []
    for name in ("cam1", "cam2"):
        (in_memory / name).mkdir()
        site = Site(in_memory / name)
        text = (site.folder / "config.toml").read_text()
        text = text.replace('"drive"', f'"{in_memory}/stick/{name}"', 1)
        text = text.replace("require_mount = false", f'require_mount = "{MOUNT}"')
        (site.folder / "config.toml").write_text(text)
        command = site.command("run", "--clips", "3")
        daemons.append(Popen(command, cwd=ROOT, stderr=DEVNULL))
    assert [daemon.wait(60) for daemon in daemons] == [0, 0]

    for name in ("cam1", "cam2"):
        assert len(list((in_memory / "stick" / name).glob("*.h264"))) == 3
