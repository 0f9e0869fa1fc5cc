"""Scenes: many short clips of different rivers are filmed for the models to learn from.

Clips pass the same encoder, decoder and resizing as footage does in the daemons, so
that a model sees in training what it will see at work.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any, Optional

import numpy as np

from analysis.frames.frames import Frame, FrameReader
from analysis.models.input.geometry import place, region_of
from analysis.models.input.resize import plan, resize
from analysis.values.seen import Box
from capture.cameras.simulated import SimulatedCamera
from capture.config import CaptureConfig, MixConfig, SimulatedConfig
from weir.clock import SimulatedClock
from weir.truth import Sighting, Truth

FIRST_SEED = 1_000_000
INPUT = (320, 224)
CROP = (96, 64)
FRAMERATE = 0.25  # every fourth second, because frames of one second are too alike
FRAMES = 24
_EPOCH = datetime(2031, 1, 1, tzinfo=timezone.utc)
_MIX = (6.0, 1.2, 1.5, 3.5)  # with these weights all kinds are seen about equally often
_SHOWS_ITS_KIND = 0.15  # a fish of lower visibility is not worth a crop


class _File:
    """Writes a camera's bytes to a file."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")

    def write(self, data: bytes, time_ms: Optional[int] = None) -> None:  # noqa: ARG002 - an argument of the interface
        """Write a frame."""
        self._file.write(data)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


@dataclass(frozen=True)
class Example:
    """A frame and what it shows.

    Attributes:
        image: (224, 320, 3) uint8 RGB.
        sightings: the fish in it, visible and invisible.
        crops: (n, 64, 96, 3) uint8 RGB, cut around fish, not quite exactly.
        crop_kinds: the kinds of these fish.
    """

    image: Any
    sightings: tuple[Sighting, ...]
    crops: list[Any]
    crop_kinds: list[str]


def parameters(rng: Random, seed: int) -> SimulatedConfig:
    """Draw a river by lot; one in four has no fish."""
    busy = 0.0 if rng.random() < 0.25 else 60 * 15 ** rng.random()
    return SimulatedConfig(
        seed=seed,
        turbidity=rng.random(),
        light=rng.random(),
        flicker=rng.random(),
        debris=rng.random(),
        fish_per_hour=busy,
        mix=MixConfig(*(weight * rng.uniform(0.3, 1.7) for weight in _MIX)),
    )


def film(config: CaptureConfig, start: datetime, frames: int, path: Path) -> Truth:
    """Film a clip to a file.

    Returns:
        The truth about it.
    """
    camera = SimulatedCamera(config, SimulatedClock(start))
    sink = _File(path)
    camera.start(sink)
    for _ in range(frames):
        camera.wait(1 / config.framerate)
    camera.stop(1)
    sink.close()
    return Truth.from_json(camera.companions()[".truth.json"], path.name)


def examples(clips: int) -> Iterator[Example]:
    """Film some clips, two at a time, and yield their frames."""
    with ProcessPoolExecutor(2) as pool:
        for filmed in pool.map(_clip, range(clips)):
            yield from filmed


def _clip(number: int) -> list[Example]:
    seed = FIRST_SEED + number
    rng = Random(seed)  # noqa: S311 - a scene, no secret
    config = CaptureConfig(
        backend="simulated",
        framerate=FRAMERATE,
        quality=rng.randint(20, 28),
        simulated=parameters(rng, seed),
    )
    start = _EPOCH + timedelta(seconds=rng.randrange(365 * 86400))
    return list(_examples(config, start, rng))


def _examples(config: CaptureConfig, start: datetime, rng: Random) -> Iterator[Example]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "clip.h264")
        truth = film(config, start, FRAMES, path)
        by_frame = defaultdict(list)
        for sighting in truth.sightings:
            by_frame[sighting.frame].append(sighting)
        with FrameReader(path) as reader:
            for frame in reader:
                yield _example(frame, tuple(by_frame[frame.index]), rng)


def _example(frame: Frame, sightings: tuple[Sighting, ...], rng: Random) -> Example:
    shown = [s for s in sightings if s.visibility >= _SHOWS_ITS_KIND]
    return Example(
        image=cut(frame, Box(0, 0, 1, 1), INPUT),
        sightings=sightings,
        crops=[cut(frame, _roughly(s, rng), CROP) for s in shown],
        crop_kinds=[s.kind for s in shown],
    )


def cut(frame: Frame, box: Box, size: tuple[int, int]) -> Any:
    """Stretch a part of a frame to a size as the daemon does, uint8 RGB."""
    placement = place(frame.size, region_of(frame.size, box), size, "stretch")
    bgr = resize(frame, plan(placement, "stretch", "area"))
    return np.ascontiguousarray(bgr[:, :, ::-1])


def _roughly(sighting: Sighting, rng: Random) -> Box:
    """Return the fish's box with small errors, like those of a detector."""
    x, y, width, height = sighting.box
    left = x + width * rng.gauss(0, 0.05)
    top = y + height * rng.gauss(0, 0.07)
    right = x + width * (1 + rng.gauss(0, 0.05))
    bottom = y + height * (1 + rng.gauss(0, 0.07))
    left, top = max(0.0, left), max(0.0, top)
    return Box(
        left, top, max(0.01, min(1, right) - left), max(0.01, min(1, bottom) - top)
    )
