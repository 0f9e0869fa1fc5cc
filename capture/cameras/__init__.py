"""The interface of a camera, which three backends and the tests keep to.

In: the config. Out: an open camera that films one clip after another into a sink. It
promises that no failure is lost: the sink never raises, and the camera keeps its own
failures until its owner calls ``wait``, which raises them. Each backend is a file with
its name in the config; ``capture.config.BACKENDS`` is the table of them.
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
    """The camera cannot be opened on this machine; the text says what to do."""


class LibraryMissing(CameraMissing):
    """The library of a backend is not on this machine."""


class CameraStuck(CameraError):
    """A call into the camera's library hangs: only a new process helps."""


class Sink(Protocol):
    """Where a camera's bytes go."""

    def write(self, data: bytes, time_ms: Optional[int] = None) -> None:
        """Take one or more whole units of the stream; it never raises.

        Args:
            data: Annex B bytes; a frame is never split between two calls.
            time_ms: milliseconds from the first frame, when the camera tells them
                and the bytes hold a frame.
        """


@dataclass(frozen=True)
class Look:
    """A picture at one position of the lens.

    Attributes:
        dioptres: where the lens stood.
        sharpness: larger is sharper, by no unit; of one camera in one light.
        jpeg: the picture.
    """

    dioptres: float
    sharpness: float
    jpeg: bytes


class Lens(Protocol):
    """A lens with a motor.

    Attributes:
        least, most: how far it goes, in dioptres.
    """

    least: float
    most: float

    def look(self, dioptres: float) -> Look:
        """Put the lens there and take a picture; not while a clip is filmed.

        Raises:
            CameraError: it gives none.
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
        """Film for some seconds, or for less, but never for more.

        Raises:
            CameraError: something went wrong since the last call, in any thread.
        """

    def stop(self, deadline_s: float) -> None:
        """End the clip; no byte reaches the sink after this returns.

        Raises:
            CameraError: it did not stop before the deadline, or failed meanwhile.
        """

    def companions(self) -> Mapping[str, str]:
        """Return texts to lie beside the clip that was just stopped, by name ending."""

    def still(self, path: Path) -> bool:
        """Write a picture to aim by, a JPEG.

        Returns:
            False for a camera that takes none.

        Raises:
            CameraError: it gives none.
        """

    def close(self) -> None:
        """Give the device back; it never raises."""


def open_camera(config: CaptureConfig, clock: Clock) -> Camera:
    """Open the camera that the config names; ``auto`` takes what is there.

    Raises:
        CameraMissing: it is not there; the text says what to install or connect.
        ConfigError: it cannot do what the config asks for.
    """
    if config.backend == "auto":
        return _open_what_is_there(config, clock)
    limits.check(config)
    # Imported only now: a Pi must not load the libraries of cameras that it lacks.
    module = import_module(f"{__name__}.{config.backend}")
    camera: Camera = getattr(module, BACKENDS[config.backend])(config, clock)
    return camera


def _open_what_is_there(config: CaptureConfig, clock: Clock) -> Camera:
    """Open the first camera of the table that is there."""
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
        # What one of them cannot do, the other one might: but that is not here. A
        # camera that is missing, and no library, may be there when it is tried again.
        raise ConfigError("\n".join(refusals + reasons))
    raise CameraMissing(
        "no camera here:\n  "
        + "\n  ".join(reasons)
        + f'\n  without one: capture.backend = "{SIMULATED}"'
    )
