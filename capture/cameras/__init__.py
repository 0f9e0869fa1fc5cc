"""Defines the interface of a camera, which three backends and the tests follow.

``open_camera`` takes the config and returns an open camera, which films one clip after
another into a sink. No failure is lost: the sink never raises, and the camera keeps its
own failures until its owner calls ``wait``, which raises them. Each backend is a file
whose name is the backend's name in the config. ``capture.config.BACKENDS`` is the table
of the backends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, Optional, Protocol

from capture import CaptureError
from capture.cameras import limits
from capture.config import BACKENDS, SIMULATED, CaptureConfig
from weir import ConfigError
from weir.clock import Clock


class CameraError(CaptureError, RuntimeError):
    """The camera failed while it was used."""


class CameraMissing(CameraError):
    """The camera cannot be opened on this machine.

    The text says what to do.
    """


class LibraryMissing(CameraMissing):
    """The library of a backend is not on this machine."""


class CameraStuck(CameraError):
    """A call into the camera's library hangs: only a new process helps."""


class Sink(Protocol):
    """Where a camera's bytes go."""

    def write(self, data: bytes, time_ms: Optional[int] = None) -> None:
        """Take one or more whole units of the stream. This never raises.

        Args:
            data: Annex B bytes; a frame is never split between two calls.
            time_ms: milliseconds since the first frame. None if the camera does not
                tell them or the bytes hold no frame.
        """


@dataclass(frozen=True)
class Look:
    """A picture at one position of the lens.

    Attributes:
        dioptres: where the lens stood.
        sharpness: a larger number is sharper. It has no unit, and only numbers of one
            camera in one light can be compared.
        jpeg: the picture.
    """

    dioptres: float
    sharpness: float
    jpeg: bytes


class Lens(Protocol):
    """A lens with a motor.

    Attributes:
        least, most: the ends of its range, in dioptres.
    """

    least: float
    most: float

    def look(self, dioptres: float) -> Look:
        """Move the lens there and take a picture.

        This must not be called while a clip is filmed.

        Raises:
            CameraError: the camera gives no picture.
        """


class Camera(Protocol):
    """A camera that is open.

    Attributes:
        backend: its name in the config, never ``auto``.
        settings: what was set on it, for the sidecar.
        framerates: the slowest and the fastest rate of its sensor, in frames per
            second; None where the camera does not tell.
        lens: None where it has no motor.
    """

    backend: str
    settings: Mapping[str, Any]
    framerates: Optional[tuple[float, float]]
    lens: Optional[Lens]

    def start(self, sink: Sink) -> None:
        """Begin a clip: the next bytes start with the stream's parameters.

        Raises:
            CameraError: it does not start.
        """

    def wait(self, seconds: float) -> None:
        """Film for at most this number of seconds.

        Raises:
            CameraError: something went wrong since the last call, in any thread.
        """

    def stop(self, deadline_s: float) -> None:
        """End the clip.

        No byte reaches the sink after this returns.

        Raises:
            CameraError: it did not stop before the deadline, or failed meanwhile.
        """

    def companions(self) -> Mapping[str, str]:
        """Return the texts that belong beside the clip that was just stopped.

        Returns:
            The texts by the endings of their file names.
        """

    def still(self, path: Path) -> bool:
        """Write a JPEG picture that helps to aim the camera.

        Returns:
            False for a camera that takes no such pictures.

        Raises:
            CameraError: the camera gives no picture.
        """

    def close(self) -> None:
        """Give the device back. This never raises."""


def open_camera(config: CaptureConfig, clock: Clock) -> Camera:
    """Open the camera that the config names.

    ``auto`` opens the first camera that is there.

    Raises:
        CameraMissing: the camera is not there. The text says what to install or
            connect.
        ConfigError: the camera cannot do what the config asks for.
    """
    if config.backend == "auto":
        return _open_what_is_there(config, clock)
    limits.check(config)
    # Imported only now: a Pi must not load the libraries of cameras that it lacks.
    module = import_module(f"{__name__}.{config.backend}")
    camera: Camera = getattr(module, BACKENDS[config.backend])(config, clock)
    return camera


def _open_what_is_there(config: CaptureConfig, clock: Clock) -> Camera:
    """Open the first camera of the table that is connected."""
    reasons, refusals, has_library = [], [], False
    for backend in (name for name in BACKENDS if name != SIMULATED):
        try:
            return open_camera(replace(config, backend=backend), clock)
        except CameraMissing as exc:
            reasons.append(f"{backend}: {exc}")
            has_library = has_library or not isinstance(exc, LibraryMissing)
        except ConfigError as exc:
            refusals.append(str(exc))
    if refusals and not has_library:
        # Another backend might do what this one refuses, but its library is not here.
        # If only a camera were missing, it might be there at the next attempt.
        raise ConfigError("\n".join(refusals + reasons))
    raise CameraMissing(
        "no camera here:\n  "
        + "\n  ".join(reasons)
        + f'\n  without one: capture.backend = "{SIMULATED}"'
    )
