"""Closes off what a power cut left: ``.part`` files become incomplete clips.

Nothing is deleted. A ``.part`` becomes a clip with ``"complete": false``, and its
frames are counted from its bytes. Without one whole frame it is set aside under another
name. A single frame does not count: nobody can tell whether the last frame of a file is
whole.
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
"""Bytes. Filming ends a clip before it is so large: a larger file is not ours."""

_CHUNK = 1 << 20

Describe = Callable[[str, datetime], Sidecar]
"""Makes the sidecar of a clip of which only name and local start are known."""


@dataclass(frozen=True)
class Leftover:
    """What became of one ``.part``.

    Attributes:
        name: the name of the clip.
        sidecar: that of the finished clip; None if it did not become one.
        problem: why the ``.part`` was left as it is. Empty if it became a clip, or was
            set aside because it has no whole frame.
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
        describe: makes the sidecar of a clip whose start was not noted.
        alive: called while a long file is read, to feed the watchdog.

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
    """Read the local start from a clip's name; None if the name is not one of ours.

    Strange files are left alone. So are those of the original script: their names have
    no time of day, and we invent none.
    """
    with contextlib.suppress(ContractError):
        name = ClipName.parse(clip)
        return datetime.combine(name.date, name.time) if name.time else None
    return None


def _try(
    path: Path, start: datetime, describe: Describe, alive: Callable[[], None]
) -> Leftover:
    """Close off one clip; its failure must not hold up the others or the next clip."""
    try:
        return _close_off(path, start, describe, alive)
    except (OSError, WeirError, ArithmeticError, ValueError) as exc:
        # Sums with a year like 1 or 9999 raise the last two.
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
    # A sidecar that could not be read back (an impossible date) is not written.
    Sidecar.from_json(sidecar.to_json(), sidecar_name(path.name))
    finish(path, sidecar, {})
    return Leftover(path.name, sidecar)


def _count(part: Path, alive: Callable[[], None]) -> tuple[Footage, int]:
    """Read a stream once to count it, and sync it: it may only be in memory so far.

    Returns:
        The footage, and the number of key frames.
    """
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
    """Read the sidecar of a finished clip whose final rename did not happen."""
    try:
        sidecar = Sidecar.read(path.with_name(sidecar_name(path.name)))
    except (OSError, ContractError):
        return None
    return sidecar if sidecar.sha256 == footage.sha256 else None


def _known(path: Path, start: datetime, describe: Describe) -> Sidecar:
    """Read what was noted when the clip began, else derive it from its name."""
    try:
        return Sidecar.read(start_note(path))
    except (OSError, ContractError):
        return describe(path.name, start)
