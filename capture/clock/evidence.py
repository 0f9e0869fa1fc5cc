"""Finds what a drive proves of the time: a moment that is written on it has passed.

A drive outlives the state directory (with an overlay root, or a card that took no more
writes), and another machine may have filmed to it meanwhile. What was written last is
believed, not the latest moment: a clock that was hours ahead for a minute leaves lines
about hours to come, and only what was written after them shows that they were wrong.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Optional

from capture.drive.numbering import LARGEST, counted
from capture.effort.book import EffortBook
from capture.slots.fieldclock import LATEST
from weir import ContractError
from weir.clip import SIDECAR_SUFFIX, ClipName
from weir.deployment import DeploymentConfig
from weir.effort import EffortLine
from weir.sidecar import Sidecar

_FAR = 1000
_MOST_READ = 20  # unreadable sidecars, or another camera's


def news(
    folder: Path, book: EffortBook, deployment: DeploymentConfig
) -> Optional[datetime]:
    """Let the book read a drive, and find the last moment that it proves to be past.

    Only what the book has not seen before counts. Otherwise a moment that proved to be
    wrong would come back with each boot.

    Returns:
        The moment; None if the drive has nothing new.

    Raises:
        OSError: the drive cannot be read at all.
    """
    lines: list[EffortLine] = []
    with suppress(OSError):  # an unreadable ledger must not keep us from filming
        lines = book.read_drive(folder)
    newest = newest_sidecar(folder, deployment, book.last_clip)
    if newest:
        book.last_clip = ClipName.parse(newest.clip).number
    return last_moment(lines, newest)


def last_moment(
    lines: Sequence[EffortLine], newest: Optional[Sidecar]
) -> Optional[datetime]:
    """Find the last moment that a ledger and the newest sidecar prove to have passed.

    Args:
        lines: the ledger's, in the order in which they were written.
        newest: the sidecar with the largest number. It is newer than the ledger if no
            line names its clip.

    Returns:
        The moment; None if there is no witness.
    """
    told = [line for line in lines if line.planned_end < LATEST]
    if newest and not any(newest.clip in line.clips for line in told):
        return newest.best_end
    return told[-1].planned_end if told else None


def newest_sidecar(
    folder: Path, deployment: DeploymentConfig, after: int
) -> Optional[Sidecar]:
    """Read the sidecar of this camera's newest clip, by number.

    Args:
        folder: the drive.
        deployment: names the camera.
        after: clips up to this number are known already.

    Returns:
        The sidecar; None if there is no new one that can be read.

    Raises:
        OSError: the drive fails.
    """
    for path in _newest_first(folder, after)[:_MOST_READ]:
        with suppress(ContractError, OSError):
            sidecar = Sidecar.read(path)
            ours = sidecar.deployment, sidecar.camera
            if ours == (deployment.id, deployment.camera) and sidecar.best_end < LATEST:
                return sidecar
    return None


def _newest_first(folder: Path, after: int) -> list[Path]:
    # A stray file with a number far above ours is not the newest clip.
    given = counted(folder)
    top = given + _FAR if given else LARGEST
    return [path for _, path in sorted(_sidecars(folder, after, top), reverse=True)]


def _sidecars(folder: Path, after: int, top: int) -> Iterator[tuple[int, Path]]:
    for path in folder.glob("*" + SIDECAR_SUFFIX):
        with suppress(ContractError, OSError):
            number = ClipName.parse(path.name[: -len(SIDECAR_SUFFIX)]).number
            # Plain files only: opening a pipe would never return.
            if after < number <= top and stat.S_ISREG(path.lstat().st_mode):
                yield number, path
