"""Records one clip on the drive: ``.part``, companions, sidecar, then the final name.

A clip gets its final name only when its bytes, its companions and its sidecar are on
the drive.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Callable, Optional

from capture.film.sink import ClipSink, Footage
from weir import atomic, owner
from weir.clip import sidecar_name
from weir.sidecar import Sidecar, rate_of, rounded_rate

Health = Callable[[], Mapping[str, Any]]
"""Returns how the machine is; see ``capture.health``."""


class Recording:
    """A clip that is being filmed.

    Args:
        folder: the drive.
        sidecar: what is known at the start; frames, bytes and end are filled in later.
        begun: when the clip begins, on the monotonic clock.
        health: returns how the machine is.

    Attributes:
        sink: takes the camera's bytes.

    Raises:
        OSError: the files cannot be made.
    """

    def __init__(
        self,
        folder: Path,
        sidecar: Sidecar,
        begun: float = 0.0,
        health: Health = dict,
    ) -> None:
        self._health = health
        self._sidecar = sidecar
        self._path = folder / sidecar.clip
        self._part = atomic.part_of(self._path)
        # What is known now lies beside the .part, in case the power is cut.
        self._noted = replace(sidecar, complete=False, incomplete_reason="power cut")
        # The number is new, so no such file exists; a link of that name is not
        # followed.
        with start_note(self._path).open("x", encoding="utf-8") as file:
            owner.give(file.fileno(), folder)
            file.write(self._noted.to_json())
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        descriptor = os.open(self._part, flags, 0o644)
        owner.give(descriptor, folder)
        self.sink = ClipSink(descriptor, begun)
        atomic.sync_folder(folder)

    @property
    def clip(self) -> str:
        """The clip's name."""
        return self._sidecar.clip

    def note(self, seconds: float) -> None:
        """Note how far the clip is, so that a power cut leaves a measured rate.

        Args:
            seconds: how long was filmed so far.
        """
        frames = self.sink.frames
        noted = replace(
            self._noted,
            framerate=self._rate(self.sink.rate, frames, seconds),
            frames=frames,
            end=self._end(seconds),
            health=self._health(),
        )
        with contextlib.suppress(OSError):  # the next sync says what the drive has
            atomic.write_text(start_note(self._path), noted.to_json())

    def seal(
        self, seconds: float, *, reason: str = "", companions: Mapping[str, str]
    ) -> Sidecar:
        """Give the clip its sidecar and its final name.

        Args:
            seconds: how long was filmed.
            reason: why it is not complete; empty when it is.
            companions: texts to write beside the clip, by name ending.

        Returns:
            The sidecar as it was written.

        Raises:
            OSError: the drive takes no more; the ``.part`` is left as it is.
        """
        try:
            self.sink.sync()
        finally:
            footage = self.sink.close()
        sidecar = replace(
            self._sidecar,
            end=self._end(seconds),
            framerate=self._rate(
                rate_of(footage.times_ms or ()), footage.frames, seconds
            ),
            frames=footage.frames,
            bytes=footage.bytes,
            sha256=footage.sha256,
            health=self._health(),
            frame_times_ms=footage.times_ms,
            complete=not reason,
            incomplete_reason=reason,
        )
        finish(self._path, sidecar, companions)
        return sidecar

    def _end(self, seconds: float) -> datetime:
        return self._sidecar.start + timedelta(seconds=round(seconds, 3))

    def _rate(self, told: Optional[float], frames: int, seconds: float) -> float:
        """Return the frame rate: by frame times, else by the clock, else as asked."""
        if told is not None:
            return told
        if frames > 1 and seconds > 0:
            return rounded_rate(frames / seconds)
        return self._sidecar.framerate

    def discard(self) -> None:
        """Remove a clip of which not one byte came; its number stays used."""
        self.sink.close()
        with contextlib.suppress(OSError):
            self._part.unlink()
            forget_start(self._path)

    def abandon(self) -> Footage:
        """Close the file as it is, because the drive takes no more.

        Returns:
            What was taken so far.
        """
        return self.sink.close()


def finish(path: Path, sidecar: Sidecar, companions: Mapping[str, str]) -> None:
    """Give a synced ``.part`` its companions, its sidecar and then its final name.

    Raises:
        FileExistsError: a clip has the name already; nothing is ever overwritten.
        OSError: the drive fails.
    """
    if os.path.lexists(path):
        raise FileExistsError(f"{path.name} is there already")
    for ending, text in companions.items():
        atomic.write_text(path.with_name(path.name + ending), text)
    final = path.with_name(sidecar_name(path.name))
    atomic.write_text(final, sidecar.to_json())
    atomic.part_of(path).rename(path)
    atomic.sync_folder(path.parent)
    with contextlib.suppress(OSError):
        forget_start(path)


def start_note(path: Path) -> Path:
    """Return the file that holds what was known when a clip began.

    It has the name of the sidecar's ``.part``, and stays until the sidecar is written.
    """
    return atomic.part_of(path.with_name(sidecar_name(path.name)))


def forget_start(path: Path) -> None:
    """Remove the start note of a clip.

    Raises:
        OSError: the drive fails.
    """
    start_note(path).unlink(missing_ok=True)
