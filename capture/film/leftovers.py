"""What a power cut left: ``.part`` files, closed off as clips that are not complete.

Nothing is deleted. A ``.part`` becomes a clip with ``"complete": false`` and its frames
counted from its bytes; without one whole frame it is set aside under a name that is no
clip's. Of a single frame at the end of a file nobody can tell whether it is whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Callable, Optional

from capture.film.recorder import finish, forget_start, start_note
from capture.film.sink import Footage
from capture.troubles import why
from weir import ContractError, WeirError, atomic, plain
from weir.atomic import PART
from weir.clip import CLIP_SUFFIX, SIDECAR_SUFFIX, ClipName, sidecar_name
from weir.h264 import FrameCounter
from weir.sidecar import Sidecar

NO_FRAME_SUFFIX = ".no-frame"
LARGEST_PART = 1 << 32
"""Bytes; a clip is ended before it has so many. More are none that was begun here."""

_CHUNK = 1 << 20

Describe = Callable[[str, datetime], Sidecar]
"""Makes the sidecar of a clip of which only the name is known, and its start."""


@dataclass(frozen=True)
class Leftover:
    """What became of one ``.part``.

    Attributes:
        name: of the clip that it was to be.
        sidecar: of the clip that it is now; None without one.
        problem: why it was left as it is; empty when it was set aside for want of a
            whole frame.
    """

    name: str
    sidecar: Optional[Sidecar]
    problem: str = ""


def close_off(
    folder: Path, describe: Describe, alive: Callable[[], None] = lambda: None
) -> Iterator[Leftover]:
    """Close off every unfinished clip in a folder, oldest number first.

    Args:
        folder: the drive; nobody else may be filming to it.
        describe: for a clip whose start was not noted.
        alive: called while a long file is read, for the watchdog.

    Raises:
        OSError: the drive cannot be listed.
    """
    names = {entry.name for entry in folder.iterdir()}
    for part in sorted(n for n in names if n.endswith(CLIP_SUFFIX + PART)):
        clip = part[: -len(PART)]
        if start := _named_start(clip):
            yield _try(folder / clip, start, describe, alive)
    for note in (n for n in names if n.endswith(CLIP_SUFFIX + SIDECAR_SUFFIX + PART)):
        clip = note[: -len(SIDECAR_SUFFIX + PART)]
        if clip + PART not in names and _named_start(clip):
            # The power went before a byte was filmed, or when the clip had its name.
            with contextlib.suppress(OSError):
                forget_start(folder / clip)


def _named_start(clip: str) -> Optional[datetime]:
    """The local start that a name tells; None for one that was not given here.

    Strange files are left alone, and so are the original script's: their names have
    no time of day, and none is invented.
    """
    with contextlib.suppress(ContractError):
        name = ClipName.parse(clip)
        return datetime.combine(name.date, name.time) if name.time else None
    return None


def _try(
    path: Path, start: datetime, describe: Describe, alive: Callable[[], None]
) -> Leftover:
    """One that cannot be closed off must not keep the others, or the next clip."""
    try:
        return _close_off(path, start, describe, alive)
    except (OSError, WeirError, ArithmeticError, ValueError) as exc:
        # The last two are what a year like 1 or 9999 comes to in zones and sums.
        return Leftover(path.name, None, why(exc))


def _close_off(
    path: Path, start: datetime, describe: Describe, alive: Callable[[], None]
) -> Leftover:
    part = atomic.part_of(path)
    footage, key_frames = _count(part, alive)
    sealed = _sealed(path, footage)
    if sealed:
        finish(path, sealed, {})
        return Leftover(path.name, sealed)
    if footage.frames < 2 or not key_frames:
        aside = path.with_name(path.name + NO_FRAME_SUFFIX)
        atomic.move_aside(part, aside)
        with contextlib.suppress(OSError):
            forget_start(path)
        return Leftover(path.name, None)
    sidecar = _known(path, start, describe)
    sidecar = replace(
        sidecar,
        # The rate is the one that was measured while the clip was filmed.
        end=sidecar.start + timedelta(seconds=footage.frames / sidecar.rate),
        frames=footage.frames,
        bytes=footage.bytes,
        sha256=footage.sha256,
        complete=False,
        incomplete_reason=sidecar.incomplete_reason or "power cut",
    )
    # What nobody could read again (a date that no clock had) is not written.
    Sidecar.from_json(sidecar.to_json(), sidecar_name(path.name))
    finish(path, sidecar, {})
    return Leftover(path.name, sidecar)


def _count(part: Path, alive: Callable[[], None]) -> tuple[Footage, int]:
    """Read a stream once and put it on the drive: it may only be in memory so far."""
    counter, digest, size = FrameCounter(), hashlib.sha256(), 0
    with plain.opened(part) as file:
        if os.fstat(file.fileno()).st_size > LARGEST_PART:
            raise plain.UnfitFile(f"{part.name} has more than {LARGEST_PART} bytes")
        os.fsync(file.fileno())
        while chunk := file.read(_CHUNK):
            counter.feed(chunk)
            digest.update(chunk)
            size += len(chunk)
            alive()
    footage = Footage(counter.frames, size, digest.hexdigest(), None)
    return footage, counter.key_frames


def _sealed(path: Path, footage: Footage) -> Optional[Sidecar]:
    """The sidecar of a clip that only its last rename was cut from."""
    try:
        sidecar = Sidecar.read(path.with_name(sidecar_name(path.name)))
    except (OSError, ContractError):
        return None
    return sidecar if sidecar.sha256 == footage.sha256 else None


def _known(path: Path, start: datetime, describe: Describe) -> Sidecar:
    """What was noted when the clip was begun, else what its name tells."""
    try:
        return Sidecar.read(start_note(path))
    except (OSError, ContractError):
        return describe(path.name, start)
