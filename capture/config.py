"""The tables ``[capture]``, ``[capture.schedule]`` and ``[capture.simulated]``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Optional, Union

from weir import ContractError, config
from weir.clock import parse_utc
from weir.config import (
    list_of,
    number,
    one_of,
    setting,
    table,
    text,
    whole,
    yes_or_no,
)
from weir.deployment import DeploymentConfig

REQUIRED = ("deployment.id", "deployment.camera")

SIMULATED = "simulated"
BACKENDS = {
    "picamera2": "LibcameraCamera",
    "picamera": "LegacyCamera",
    SIMULATED: "SimulatedCamera",
}
"""Every camera backend: its class, in the file of ``capture/cameras`` with its name.

``auto`` tries them in this order, except for the simulated one.
"""


def _moment(value: Any) -> Optional[datetime]:
    if value == "":
        return None
    try:
        return parse_utc(text(value))
    except ContractError as exc:
        raise ValueError('a UTC time like "2026-05-01T05:00:00Z", or ""') from exc


def _bitrate(value: Any) -> int:
    return int(whole(0, 25_000_000)(value))


def _gains(value: Any) -> tuple[float, ...]:
    expected = "[red, blue], like [1.5, 1.2], or []"
    if value == []:
        return ()
    gains: tuple[float, ...] = list_of(number(0, 32), expected, 2)(value)
    return gains


def _mount(value: Any) -> Union[bool, Path]:
    try:
        return bool(yes_or_no(value)) if value in (True, False) else config.path(value)
    except ValueError as exc:
        raise ValueError('true, false, or a mount point like "/mnt/usb"') from exc


def _dioptres(value: Any) -> Optional[float]:
    if value == "":
        return None
    try:
        return float(number(0, 32)(value))
    except ValueError as exc:
        raise ValueError('dioptres, 0 (infinity) to 32, or ""') from exc


def _sensor(value: Any) -> Union[int, str]:
    if isinstance(value, str) and value:
        return value
    try:
        return int(whole(0, 9)(value))
    except ValueError as exc:
        raise ValueError("the index of a camera, 0 to 9, or its id in quotes") from exc


@dataclass(frozen=True)
class ScheduleConfig:
    """When to film; ``capture.slots`` says what the texts mean."""

    windows: tuple[str, ...] = setting(
        ("07:00-17:30",), list_of(text, 'a list of windows like ["07:00-17:30"]')
    )
    every_minutes: int = setting(60, whole(1, 1440))
    record_minutes: int = setting(15, whole(1, 1440))


def _light(value: Any) -> Optional[float]:
    if value == "day":
        return None
    try:
        return float(number(0, 1)(value))
    except ValueError as exc:
        raise ValueError('"day", or a number from 0 (dusk) to 1 (bright)') from exc


@dataclass(frozen=True)
class MixConfig:
    """How often a visit is of each species, in relation to the others."""

    dace: float = setting(5, number(0))
    perch: float = setting(3, number(0))
    trout: float = setting(2, number(0))
    eel: float = setting(1, number(0))


@dataclass(frozen=True)
class SimulatedConfig:
    """What the simulated camera shows.

    Attributes:
        seed: what all random numbers follow from.
        turbidity: 0 (clear to the far bank) to 1 (one sees half a metre).
        light: 0 (dusk) to 1 (a bright day); None goes by the UTC hour of the start.
        flicker: 0 to 1, how restless the light is, and how strong its beams are.
        debris: 0 to 1, how much drifts by.
        fish_per_hour: visits an hour, each of one fish or of a school.
        mix: how often each species comes.
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
    turbidity: float = setting(0.5, number(0, 1))
    light: Optional[float] = setting(None, _light)
    flicker: float = setting(0.3, number(0, 1))
    debris: float = setting(0.3, number(0, 1))
    fish_per_hour: float = setting(20, number(0, 3600))
    mix: MixConfig = table(MixConfig)


@dataclass(frozen=True)
class CaptureConfig:
    """How to film, and where to.

    Attributes:
        require_mount: whether ``directory`` must be a mount point. A path names the
            mount point that it must lie in, as one of several folders of a drive.
        resolution: width and height in pixels.
        framerate: frames per second.
        rotation: degrees clockwise.
        bitrate: bits per second; 0 lets ``quality`` decide.
        quality: of H.264, 1 (best) to 40, when ``bitrate`` is 0.
        keyframe_interval: how many frames after a key frame the next one comes.
            Decoding can start at a key frame only.
        exposure: of every frame, in milliseconds; 0 lets the camera decide.
        gains: of red and blue, which set the white balance; empty lets the camera
            decide. Under water the camera follows the light, and colours drift.
        lens_position: where the lens stands, in dioptres (1 / metres; 0 is infinity),
            with autofocus off; None leaves it where the camera puts it.
        sensor: which camera, where there are several: its index, or its id or model.
        tuning_file: libcamera's, for an unusual lens or filter; None takes the
            camera's usual one.
        min_free_mb: how much filming leaves free on the drive, in 10^6 bytes.
        state: the folder for what the daemon must know while the drive is gone; None
            for systemd's STATE_DIRECTORY, else ``/var/lib/weir-capture`` with the
            system's config, else ``weir-state`` beside the config file.
    """

    backend: str = setting("auto", one_of("auto", *BACKENDS))
    directory: Path = setting(Path("/mnt/usb"), config.path)
    require_mount: Union[bool, Path] = setting(True, _mount)
    resolution: tuple[int, int] = setting(
        (720, 480), list_of(whole(16, 8192), "[width, height] in pixels", 2)
    )
    framerate: float = setting(1, number(0, 120, above=True))
    rotation: int = setting(0, one_of(0, 90, 180, 270))
    bitrate: int = setting(0, _bitrate)
    quality: int = setting(23, whole(1, 40))
    keyframe_interval: int = setting(60, whole(1, 3600))
    exposure: float = setting(0, number(0, 200_000))
    gains: tuple[float, ...] = setting((), _gains)
    lens_position: Optional[float] = setting(None, _dioptres)
    sensor: Union[int, str] = setting(0, _sensor)
    tuning_file: Optional[Path] = setting(None, config.optional_path)
    min_free_mb: float = setting(500, number(0))
    state: Optional[Path] = setting(None, config.optional_path)
    schedule: ScheduleConfig = table(ScheduleConfig)
    simulated: SimulatedConfig = table(SimulatedConfig)

    @property
    def frame_s(self) -> float:
        """Seconds that a frame takes at least, with this config."""
        return max(1 / self.framerate, self.exposure / 1000)


@dataclass(frozen=True)
class CaptureSettings:
    """The tables that the camera's daemon reads."""

    deployment: DeploymentConfig = table(DeploymentConfig)
    capture: CaptureConfig = table(CaptureConfig)
