"""Lists what each backend can do with any sensor.

If the config asks for more, a library refuses only when the first clip starts, or it
silently does something else. For example, libcamera takes a gain of 0 as "decide
yourself", and the firmware shortens an exposure that is longer than a frame. So the
config is compared with this table before a camera is opened. Limits that depend on the
sensor are known only when the camera is open.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Optional

from capture.config import SIMULATED, CaptureConfig
from weir import ConfigError

_MACROBLOCK = 16


@dataclass(frozen=True)
class Encoding:
    """What a hardware encoder can do at its H.264 level, in blocks of 16x16 pixels."""

    level: str
    blocks: int
    blocks_per_s: int


@dataclass(frozen=True)
class Limits:
    """What a backend can do.

    Attributes:
        rotations: the possible rotations, in degrees clockwise.
        gains: the least and the greatest gain.
        slowest: the fewest frames per second.
        encoding: the limits of its encoder. None if any size and rate will do.
        most_pixels: the most pixels of a picture. None if the encoder or the sensor
            decides.
        exposes: whether ``exposure`` and ``gains`` have an effect.
        moves_lens: whether it can move a lens that has a motor.
        tunes: whether it reads a ``tuning_file``.
        knows_ids: whether ``sensor`` may be more than an index.
    """

    rotations: tuple[int, ...] = (0, 90, 180, 270)
    gains: tuple[float, float] = (0, 32)
    slowest: float = 0.001
    encoding: Optional[Encoding] = None
    most_pixels: Optional[int] = None
    exposes: bool = True
    moves_lens: bool = False
    tunes: bool = False
    knows_ids: bool = True


LEVEL_4 = Encoding("4", 8192, 245_760)
LEVEL_4_2 = Encoding("4.2", 8704, 522_240)
LIMITS = {
    # To paint a river with more pixels would take gigabytes of memory.
    SIMULATED: Limits(most_pixels=2304 * 1296, exposes=False),
    "picamera": Limits(gains=(0, 8), slowest=0.1, encoding=LEVEL_4, knows_ids=False),
    # If any gain is 0, libcamera controls the white balance again.
    "picamera2": Limits(
        rotations=(0, 180), gains=(0.01, 32), moves_lens=True, tunes=True
    ),
}
VIDEO_DEVICE = LEVEL_4_2
"""The encoder of a Pi 4 or older under picamera2. A Pi 5 encodes in software."""


def check(config: CaptureConfig) -> None:
    """Check that a backend can do what its config asks for.

    Raises:
        ConfigError: the config asks for more. The text has one line for each reason.
    """
    problems = list(_problems(config, LIMITS[config.backend]))
    if problems:
        raise ConfigError("\n".join(f"capture.{problem}" for problem in problems))


def check_encoding(config: CaptureConfig, encoding: Encoding) -> None:
    """Check that an encoder which became known later can do what the config asks for.

    Raises:
        ConfigError: the config asks for more.
    """
    for problem in _encoding(config, encoding):
        raise ConfigError(f"capture.{problem}")


def _problems(config: CaptureConfig, limits: Limits) -> Iterator[str]:
    if config.rotation not in limits.rotations:
        turns = " or ".join(map(str, limits.rotations))
        yield (
            f"rotation = {config.rotation}: {config.backend} turns by {turns} only; "
            "turn the camera, or set analysis.rotate on the host"
        )
    yield from _size(config, limits)
    if config.framerate < limits.slowest:
        yield (
            f"framerate = {config.framerate:g}: {config.backend} films at "
            f"{limits.slowest:g} frames per second or more"
        )
    yield from _exposure(config, limits)
    yield from _device(config, limits)
    if limits.encoding is not None:
        yield from _encoding(config, limits.encoding)


def _size(config: CaptureConfig, limits: Limits) -> Iterator[str]:
    size = f"resolution = {list(config.resolution)}"
    if any(side % 2 for side in config.resolution):
        # H.264 stores colours at half the resolution, so no side can be odd.
        even = [side // 2 * 2 for side in config.resolution]
        yield f"{size}: even numbers were expected, like {even}"
    most = limits.most_pixels
    is_replay = config.backend == SIMULATED and config.simulated.replay
    if most is not None and not is_replay and math.prod(config.resolution) > most:
        yield f"{size}: {config.backend} paints {most} pixels at most"


def _exposure(config: CaptureConfig, limits: Limits) -> Iterator[str]:
    if not limits.exposes:
        return
    low, high = limits.gains
    if any(not low <= gain <= high for gain in config.gains):
        yield (
            f"gains = {list(config.gains)}: {config.backend} takes {low:g} to {high:g}"
        )
    frame_ms = 1000 / config.framerate
    if config.exposure > frame_ms:
        yield (
            f"exposure = {config.exposure:g}: {frame_ms:.4g} milliseconds at most, at "
            f"{config.framerate:g} frames per second"
        )


def _device(config: CaptureConfig, limits: Limits) -> Iterator[str]:
    lens, tuning, backend = config.lens_position, config.tuning_file, config.backend
    if lens is not None and not limits.moves_lens:
        yield f"lens_position = {lens:g}: {backend} moves no lens; leave the key out"
    if isinstance(config.sensor, str) and not limits.knows_ids:
        yield f'sensor = "{config.sensor}": {backend} knows cameras by index, like 0'
    if tuning is not None and not limits.tunes:
        yield f'tuning_file = "{tuning}": {backend} reads none; leave the key out'
    elif tuning is not None and not os.access(tuning, os.R_OK):
        yield f'tuning_file = "{tuning}": a file that can be read was expected'


def _encoding(config: CaptureConfig, encoding: Encoding) -> Iterator[str]:
    blocks = math.prod(-(-side // _MACROBLOCK) for side in config.resolution)
    size = f"resolution = {list(config.resolution)}"
    if blocks > encoding.blocks:
        yield (
            f"{size}: the Pi's encoder takes {encoding.blocks} blocks of 16x16 pixels "
            f"(H.264 level {encoding.level}), like [1920, 1080]"
        )
    elif blocks * config.framerate > encoding.blocks_per_s:
        most = encoding.blocks_per_s / blocks
        yield (
            f"framerate = {config.framerate:g}: with {size} the Pi's encoder takes "
            f"{math.floor(10 * most) / 10:g} frames per second at most (H.264 level "
            f"{encoding.level})"
        )
