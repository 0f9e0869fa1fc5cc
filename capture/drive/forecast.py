"""Forecasts how large clips will be, from the newest ones or by a guess."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Optional

from capture import DriveError
from capture.config import CaptureConfig
from capture.drive.storage import Drive
from capture.slots.schedule import Slot
from weir import ContractError
from weir.clip import CLIP_SUFFIX, SIDECAR_SUFFIX
from weir.sidecar import Sidecar

_NEWEST = 12
_SPARE = 1.25  # a murky day, or a bright one, takes more than the last clips did
_GUESSED_BITS_PER_PIXEL = 0.1  # at quality 23; the creek's clips of 2023 took 0.04


def bytes_per_second(folder: Path, config: CaptureConfig) -> tuple[float, int]:
    """Measure how many bytes a second of footage takes.

    Returns:
        The bytes, and on how many clips they were measured; 0 clips for a guess.

    Raises:
        OSError: the drive fails.
    """
    seconds, size, clips = 0.0, 0, 0
    for sidecar in _newest(folder):
        if sidecar.resolution == config.resolution:
            seconds += sidecar.duration / timedelta(seconds=1)
            size += sidecar.bytes
            clips += 1
    if seconds < 60:
        return guessed_bytes_per_second(config), 0
    return min(size / seconds, _uncompressed_bytes_per_second(config)), clips


def _uncompressed_bytes_per_second(config: CaptureConfig) -> float:
    width, height = config.resolution
    return max(width * height * 1.5, 1000) * config.framerate


def guessed_bytes_per_second(config: CaptureConfig) -> float:
    """Guess how many bytes a second of footage takes, before any was measured."""
    if config.bitrate:
        return config.bitrate / 8
    width, height = config.resolution
    # Every 6 steps of H.264's quality halve the bits.
    quality: float = 2 ** ((23 - config.quality) / 6)
    return width * height * config.framerate * _GUESSED_BITS_PER_PIXEL / 8 * quality


def expected_bytes(folder: Path, config: CaptureConfig, seconds: float) -> int:
    """Return the room that a clip of some seconds should have, in bytes.

    Raises:
        OSError: the drive fails.
    """
    rate, _ = bytes_per_second(folder, config)
    return int(rate * seconds * _SPARE)


def _newest(folder: Path) -> list[Sidecar]:
    ending = CLIP_SUFFIX + SIDECAR_SUFFIX
    names = sorted(e.name for e in folder.iterdir() if e.name.endswith(ending))
    found: list[Sidecar] = []
    for name in names[-_NEWEST:]:
        try:
            sidecar = Sidecar.read(folder / name)
            if os.lstat(folder / sidecar.clip).st_size == sidecar.bytes:
                found.append(sidecar)
        except (ContractError, OSError, ValueError):
            continue  # one bad file must not keep us from filming
    return found


@dataclass(frozen=True)
class Forecast:
    """A forecast of the room that coming slots take.

    Attributes:
        rate: bytes that a second of footage takes.
        measured: on how many clips the rate was measured; 0 if it is a guess.
        room: bytes that may be filmed before the drive is full; None without a drive.
    """

    rate: float
    measured: int
    room: Optional[int]

    def size(self, slot: Slot) -> int:
        """Return how many bytes a slot is expected to take."""
        return round(self.rate * slot.seconds)

    def full_at(self, slots: Iterable[Slot]) -> Optional[datetime]:
        """Work out when the drive will be full.

        Returns:
            The moment; None if these slots do not fill the drive.
        """
        if self.room is None:
            return None
        left = float(self.room)
        for slot in slots:
            left -= self.size(slot)
            if left < 0:
                return slot.end + timedelta(seconds=left / self.rate)
        return None


def forecast(drive: Drive, config: CaptureConfig) -> Forecast:
    """Make a forecast: from the clips on the drive if it is there, else by a guess."""
    try:
        with drive.open() as folder, drive.errors():
            rate, clips = bytes_per_second(folder.path, config)
            room = max(0, folder.free_bytes() - drive.min_free_bytes)
    except DriveError:
        return Forecast(guessed_bytes_per_second(config), 0, None)
    return Forecast(rate, clips, room)
