"""The sidecar: ``clip....h264.json`` beside a clip says what is known of it.

Raw H.264 carries no time, no frame rate and no place. The sidecar has all of these, and
the sha256 of the clip's bytes. README.md in this folder explains every field.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Callable, Optional, TypeVar, Union

from weir import atomic, plain
from weir.clock import parse_offset
from weir.document import Document, write_json

_T = TypeVar("_T")

FORMAT_VERSION = 1
_LONGEST_MS = 366 * 86_400_000
_SLOWEST, _FASTEST = 1e-4, 1e4  # frames per second
_MAY_BE_UNKNOWN = (
    *("site", "latitude", "longitude", "uptime_s", "frame_times_ms"),
    *("corrected_start", "incomplete_reason", "framerate_asked", "health"),
    "clock_synchronised",
)


@dataclass(frozen=True)
class Sidecar:
    """What the camera's machine knew of one clip.

    Attributes:
        clip: base name of the clip.
        start, end: when filming began and ended, UTC by that machine's clock.
        utc_offset: local time's offset at the start, as ``+02:00``.
        clock_synchronised: whether that clock was known to be right at the start;
            None if that could not be found out.
        framerate: frames per second that the camera made; if it made fewer than two
            frames, what it was asked for.
        framerate_asked: frames per second in the config. Older sidecars do not have it
            (None); their ``framerate`` is what was asked for.
        frames: how many frames the stream has, counted in its bytes.
        frame_times_ms: milliseconds from the start, one for each frame; None if the
            camera does not give them.
        health: the machine's state when the clip ended: temperature, power, memory.
        corrected_start: the start by a clock that was set later in the same boot.
        uptime_s: how long the machine had been up at the start, in seconds. With
            ``boot_id``, a clock that is set later can tell when this was.
    """

    clip: str
    deployment: str
    camera: str
    start: datetime
    end: datetime
    utc_offset: str
    clock_synchronised: Optional[bool]
    framerate: float
    resolution: tuple[int, int]
    rotation: int
    frames: int
    bytes: int
    sha256: str
    backend: str
    software: str
    complete: bool = True
    incomplete_reason: str = ""
    boot_id: str = ""
    uptime_s: Optional[float] = None
    site: str = ""
    latitude: Optional[float] = None
    longitude: Optional[float] = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    frame_times_ms: Optional[tuple[int, ...]] = None
    corrected_start: Optional[datetime] = None
    framerate_asked: Optional[float] = None
    health: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Frames per second that the camera made, as far as this sidecar can tell."""
        if self.framerate_asked is None and self.frame_times_ms:
            return rate_of(self.frame_times_ms) or self.framerate
        return self.framerate

    @property
    def best_start(self) -> datetime:
        """The corrected start if there is one, else the start."""
        return self.corrected_start or self.start

    @property
    def best_end(self) -> datetime:
        """The end, corrected by as much as the start was."""
        return self.end + (self.best_start - self.start)

    @property
    def local_start(self) -> datetime:
        """The best start as local time at the camera."""
        return self.best_start.astimezone(parse_offset(self.utc_offset))

    @property
    def clock_trusted(self) -> Optional[bool]:
        """Whether ``best_start`` is by a clock known to be right; None if unknown."""
        return True if self.corrected_start else self.clock_synchronised

    @property
    def duration(self) -> timedelta:
        """How long the camera filmed."""
        return self.end - self.start

    def to_json(self) -> str:
        """Write the document, without the fields that are not known."""
        fields: dict[str, Any] = {"format_version": FORMAT_VERSION}
        fields.update(self.__dict__)
        for name in _MAY_BE_UNKNOWN:
            if fields[name] in (None, "", {}):
                del fields[name]
        return write_json(fields)

    @classmethod
    def from_json(cls, text: Union[str, builtins.bytes], source: str) -> Sidecar:
        """Read a sidecar.

        Raises:
            ContractError: it is none; the text names ``source`` and the field.
        """
        doc = Document.parse(text, source)
        doc.require_version(FORMAT_VERSION)
        sidecar = cls(
            clip=doc.text("clip"),
            deployment=doc.name("deployment"),
            camera=doc.name("camera"),
            start=doc.moment("start"),
            end=doc.moment("end"),
            utc_offset=doc.offset("utc_offset"),
            clock_synchronised=_optional(doc, "clock_synchronised", doc.flag),
            framerate=doc.number("framerate"),
            resolution=_resolution(doc),
            rotation=doc.whole("rotation"),
            frames=doc.whole("frames"),
            bytes=doc.whole("bytes"),
            sha256=doc.text("sha256"),
            backend=doc.text("backend"),
            software=doc.text("software"),
            complete=doc.flag("complete"),
            incomplete_reason=doc.text("incomplete_reason", ""),
            boot_id=doc.text("boot_id", ""),
            uptime_s=_optional(doc, "uptime_s", doc.number),
            site=doc.text("site", ""),
            latitude=_optional(doc, "latitude", doc.number),
            longitude=_optional(doc, "longitude", doc.number),
            settings=doc.mapping("settings", {}),
            frame_times_ms=_optional(doc, "frame_times_ms", doc.whole_numbers),
            corrected_start=_optional(doc, "corrected_start", doc.moment),
            framerate_asked=_optional(doc, "framerate_asked", doc.number),
            health=doc.mapping("health", {}),
        )
        _check(sidecar, doc)
        return sidecar

    def write(self, path: Path) -> None:
        """Write it, whole or not at all."""
        atomic.write_text(path, self.to_json())

    @classmethod
    def read(cls, path: Path) -> Sidecar:
        """Read the sidecar in a plain file.

        Raises:
            ContractError: it is not a sidecar.
            OSError: the file cannot be read.
        """
        return cls.from_json(plain.read(path), path.name)


def rate_of(times_ms: Sequence[int]) -> Optional[float]:
    """Work out frames per second from frame times.

    Args:
        times_ms: milliseconds, one a frame, in the order in which they came.

    Returns:
        The rate, rounded to five digits, because milliseconds give no more; None if
        there are too few frames to tell, or their times do not go up.
    """
    span = times_ms[-1] - times_ms[0] if len(times_ms) > 1 else 0
    return rounded_rate((len(times_ms) - 1) * 1000 / span) if span > 0 else None


def rounded_rate(rate: float) -> float:
    """Round a measured rate to the five digits that are worth keeping."""
    return min(max(float(f"{rate:.5g}"), _SLOWEST), _FASTEST)


def _optional(doc: Document, name: str, read: Callable[[str], _T]) -> Optional[_T]:
    return read(name) if doc.has(name) else None


def _resolution(doc: Document) -> tuple[int, int]:
    numbers = doc.whole_numbers("resolution")
    if len(numbers) != 2 or min(numbers) < 1:
        raise doc.error("resolution", list(numbers), "[width, height] in pixels")
    return numbers[0], numbers[1]


def _check(sidecar: Sidecar, doc: Document) -> None:
    for name, rate in (
        ("framerate", sidecar.framerate),
        ("framerate_asked", sidecar.framerate_asked),
    ):
        if rate is not None and not _SLOWEST <= rate <= _FASTEST:
            raise doc.error(name, rate, "0.0001 to 10000 a second")
    for name, value, most in (
        ("latitude", sidecar.latitude, 90),
        ("longitude", sidecar.longitude, 180),
    ):
        if value is not None and abs(value) > most:
            raise doc.error(name, value, f"degrees, -{most} to {most}")
    times = sidecar.frame_times_ms or ()
    if any(not 0 <= time <= _LONGEST_MS for time in times):
        raise doc.error("frame_times_ms", "...", "0 to a year of milliseconds")
    if sidecar.end < sidecar.start:
        raise doc.error("end", sidecar.end, "not before start")
