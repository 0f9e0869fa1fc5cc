"""What a drive proves of the time: the last moment that is written on it has passed.

A drive outlives the state directory (an overlay root, a card that took no more writes),
and may have been filmed to by another machine meanwhile. Its newest witness is believed
and not the latest moment on it: a clock that was hours ahead for a minute leaves lines
of hours to come, and only what is written after them shows that they were wrong.
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
from weir.config import DeploymentConfig
from weir.effort import EffortLine
from weir.sidecar import Sidecar

_FAR = 1000
_MOST_READ = 20  # unreadable sidecars, or another camera's


def news(
    folder: Path, book: EffortBook, deployment: DeploymentConfig
) -> Optional[datetime]:
    """Let the book read a drive, and see what that proves of the time.

    What the book has seen before is no news: a moment that proved to be wrong would
    come back with each boot.

    Returns:
        The last moment that has passed; None where the drive has nothing to add.

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
    """The last moment that a ledger and the newest clip's sidecar prove to have passed.

    Args:
        lines: the ledger's, in the order in which they were written.
        newest: of the largest number; it is newer than the ledger when no line has it.

    Returns:
        None when there is no witness.
    """
    told = [line for line in lines if line.planned_end < LATEST]
    if newest and not any(newest.clip in line.clips for line in told):
        return newest.best_end
    return told[-1].planned_end if told else None


def newest_sidecar(
    folder: Path, deployment: DeploymentConfig, after: int
) -> Optional[Sidecar]:
    """The sidecar of this camera's newest clip, by number.

    Args:
        after: clips up to this number are known already.

    Raises:
        OSError: the drive's.
    """
    for path in _newest_first(folder, after)[:_MOST_READ]:
        with suppress(ContractError, OSError):
            sidecar = Sidecar.read(path)
            ours = sidecar.deployment, sidecar.camera
            if ours == (deployment.id, deployment.camera) and sidecar.best_end < LATEST:
                return sidecar
    return None


def _newest_first(folder: Path, after: int) -> list[Path]:
    # A stray number far above all that were given here is nobody's newest clip.
    given = counted(folder)
    top = given + _FAR if given else LARGEST
    return [path for _, path in sorted(_sidecars(folder, after, top), reverse=True)]


def _sidecars(folder: Path, after: int, top: int) -> Iterator[tuple[int, Path]]:
    for path in folder.glob("*" + SIDECAR_SUFFIX):
        with suppress(ContractError, OSError):
            number = ClipName.parse(path.name[: -len(SIDECAR_SUFFIX)]).number
            # Plain files only: a pipe would make us wait for ever.
            if after < number <= top and stat.S_ISREG(path.lstat().st_mode):
                yield number, path
