"""The speed at which an archive is taken, compared with ``sha256sum`` of the file.

To take an archive is to copy it, so that nobody else can write to it, and then to read
and verify all of it. The second step is also measured alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from analysis.intake.crashes import Crashes
from analysis.intake.door import Door
from analysis.intake.folders import Folders
from analysis.intake.room import Room
from weir.archive import Archive

MEGABYTES = 1000
LEAST_SHARE = 0.5
_PIECE = 1_000_000
_CLIP_MB = 50
_RUNS = 3


def main() -> int:
    """Measure, and print the figures.

    Returns:
        1 if verifying is slower than half the speed of ``sha256sum``, else 0.
    """
    if not shutil.which("sha256sum"):
        print("archive door: sha256sum is missing, nothing to compare with")
        return 0
    with tempfile.TemporaryDirectory(prefix="weir-door-") as folder:
        path = Path(folder) / "recordings.zip"
        write(path)
        # They take turns, so that a busy moment of the machine slows all of them.
        runs = [
            (time_sha256sum(path), time_door(path), *take(path)) for _ in range(_RUNS)
        ]
    summed, door, taken, room = (min(run[part] for run in runs) for part in range(4))
    share = summed / door
    print(
        f"archive door: {MEGABYTES / door:.0f} MB/s over {MEGABYTES} MB stored,"
        f" sha256sum: {MEGABYTES / summed:.0f} MB/s; {share:.2f} of its speed"
        f" (at least {LEAST_SHARE})\n"
        f"  copied first, and synced: {MEGABYTES / taken:.0f} MB/s in all,"
        f" {room / 1e6:.0f} MB of room more while it is taken"
    )
    return int(share < LEAST_SHARE)


def write(path: Path) -> None:
    """Write an archive of stored clips of random bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number in range(MEGABYTES // _CLIP_MB):
            name = f"clip{number:05d}_2026-05-01_07-00-00.h264"
            with archive.open(name, "w") as clip:
                for _ in range(_CLIP_MB):
                    clip.write(os.urandom(_PIECE))


def time_door(path: Path) -> float:
    """Measure the seconds to open an archive, and to read and verify all of it."""
    begun = time.perf_counter()
    with Archive(path) as archive:
        damaged = [clip.name for clip in archive.verify() if clip.damage]
    if damaged:
        raise ValueError(f"{path}: damaged: {damaged}")
    return time.perf_counter() - begun


def take(path: Path) -> tuple[float, float]:
    """Take the archive as the daemon does.

    Returns:
        Seconds, and how many bytes of the disk the copy took.
    """
    folders = Folders(path.parent / "host")
    folders.make()
    folders.taken.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, folders.taken / path.name)
    os.sync()
    free = _free(path.parent)
    lowest = free

    def look() -> None:
        nonlocal lowest
        lowest = min(lowest, _free(path.parent))

    begun = time.perf_counter()
    door = Door(folders, Crashes(folders.crashes), Room(folders, 0), look)
    delivery = door.open(Path(path.name))
    taken_s = time.perf_counter() - begun
    delivery.contents.close()
    shutil.rmtree(folders.root)
    return taken_s, max(0, free - lowest)


def _free(folder: Path) -> int:
    facts = os.statvfs(folder)
    return facts.f_bfree * facts.f_frsize


def time_sha256sum(path: Path) -> float:
    """Measure the seconds that ``sha256sum`` takes for the file."""
    begun = time.perf_counter()
    subprocess.run(["sha256sum", str(path)], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
