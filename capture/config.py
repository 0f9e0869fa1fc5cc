"""The tables ``[capture]``, ``[capture.schedule]`` and ``[capture.simulated]``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Optional

from weir import ContractError, config
from weir.clock import parse_utc
from weir.config import (
    DeploymentConfig,
    list_of,
    number,
    one_of,
    setting,
    table,
    text,
    whole,
    yes_or_no,
)

REQUIRED = ("deployment.id", "deployment.camera")


def _moment(value: Any) -> Optional[datetime]:
    if value == "":
        return None
    try:
        return parse_utc(text(value))
    except ContractError as exc:
        raise ValueError('a UTC time like "2026-05-01T05:00:00Z", or ""') from exc


def _bitrate(value: Any) -> int:
    return int(whole(0, 25_000_000)(value))


@dataclass(frozen=True)
class ScheduleConfig:
    """When to film; see ``capture.schedule`` for what the texts mean."""

    windows: tuple[str, ...] = setting(
        ("07:00-17:30",), list_of(text, 'a list of windows like ["07:00-17:30"]')
    )
    every_minutes: int = setting(60, whole(1, 1440))
    record_minutes: int = setting(15, whole(1, 1440))


@dataclass(frozen=True)
class SimulatedConfig:
    """What the simulated camera shows.

    Attributes:
        pace: ``real``, or ``fast``: as fast as the machine allows, with the daemon's
            clock simulated too.
        replay: a ``.h264`` file to play instead, over and over.
        start: at pace ``fast``, the moment at which the simulated clock starts; None
            for now.
    """

    seed: int = setting(1, whole(0))
    pace: str = setting("real", one_of("real", "fast"))
    replay: Optional[Path] = setting(None, config.optional_path)
    start: Optional[datetime] = setting(None, _moment)


@dataclass(frozen=True)
class CaptureConfig:
    """How to film, and where to.

    Attributes:
        resolution: width and height in pixels.
        framerate: frames per second.
        rotation: degrees clockwise.
        bitrate: bits per second; 0 lets ``quality`` decide.
        quality: of H.264, 1 (best) to 40, when ``bitrate`` is 0.
        keyframe_interval: frames from one at which decoding can start to the next.
        min_free_mb: what is left free on the drive, in 10^6 bytes.
        state: the folder for what the daemon must know while the drive is gone; None
            for systemd's STATE_DIRECTORY, else ``weir-state`` beside the config file.
    """

    backend: str = setting("auto", one_of("auto", "picamera2", "picamera", "simulated"))
    directory: Path = setting(Path("/mnt/usb"), config.path)
    require_mount: bool = setting(True, yes_or_no)
    resolution: tuple[int, int] = setting(
        (720, 480), list_of(whole(16, 8192), "[width, height] in pixels", 2)
    )
    framerate: float = setting(1, number(0, 120, above=True))
    rotation: int = setting(0, one_of(0, 90, 180, 270))
    bitrate: int = setting(0, _bitrate)
    quality: int = setting(23, whole(1, 40))
    keyframe_interval: int = setting(60, whole(1, 3600))
    min_free_mb: float = setting(500, number(0))
    state: Optional[Path] = setting(None, config.optional_path)
    schedule: ScheduleConfig = table(ScheduleConfig)
    simulated: SimulatedConfig = table(SimulatedConfig)


@dataclass(frozen=True)
class CaptureSettings:
    """The tables that the camera's daemon reads."""

    deployment: DeploymentConfig = table(DeploymentConfig)
    capture: CaptureConfig = table(CaptureConfig)
