"""Gives the simulated camera its bytes, from the river or from a file.

Both sources are footage: a clip begins at a given second, and then the camera asks for
one frame after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Optional, Protocol

from capture.cameras import CameraMissing
from capture.config import CaptureConfig
from weir.clip import TRUTH_SUFFIX
from weir.h264 import access_units
from weir.truth import Sighting, Truth, encounters_of


class Footage(Protocol):
    """A source of frames.

    Attributes:
        settings: the settings that its frames depend on, for the sidecar.
    """

    settings: Mapping[str, Any]

    def begin(self, start_s: int) -> None:
        """Begin a clip that starts at this second since 1970."""

    def next(self) -> bytes:
        """Return the bytes of the next frame."""

    def companions(self) -> Mapping[str, str]:
        """Return the texts that belong beside the clip.

        Returns:
            The texts by the endings of their file names.
        """


class ReplayFootage:
    """Repeats a file's frames and begins each clip at the start of the file.

    It needs neither PyAV nor numpy, and holds one frame in memory at a time.

    Raises:
        CameraMissing: the file cannot be read, or holds no frame.
    """

    def __init__(self, path: Path) -> None:
        self.settings: Mapping[str, Any] = {"replay": path.name}
        self._path = path
        self._frames: Iterator[bytes] = iter(())
        try:
            self.begin(0)
            self.next()
        except (OSError, StopIteration) as exc:
            raise CameraMissing(
                f"capture.simulated.replay = {path}: a readable raw .h264 file was "
                f"expected ({exc.__class__.__name__}: {exc})"
            ) from exc

    def begin(self, start_s: int) -> None:  # noqa: ARG002, D102 - of the interface, and said there
        self._frames = self._read()

    def next(self) -> bytes:  # noqa: D102 - said where the interface is
        try:
            return next(self._frames)
        except StopIteration:
            self._frames = self._read()
            return next(self._frames)

    def companions(self) -> Mapping[str, str]:  # noqa: D102 - said where the interface is
        return {}

    def _read(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            yield from access_units(file)


class RiverFootage:
    """Encodes the simulated river and records which fish its frames show.

    Raises:
        CameraMissing: the extra ``simulated`` is not installed.
    """

    def __init__(self, config: CaptureConfig) -> None:
        try:
            import capture.cameras.scene.river
            import capture.cameras.stream.encoder  # noqa: F401 - to see whether it is there
        except ImportError as exc:
            raise CameraMissing(
                f"the simulated camera needs PyAV and numpy ({exc}): "
                "pip install 'weir[simulated]'"
            ) from exc
        self._config = config
        self.settings: Mapping[str, Any] = _settings(config)
        self._bed: Optional[Any] = None
        self._start_s = 0
        self._sightings: list[Sighting] = []
        self._frames = 0

    def begin(self, start_s: int) -> None:  # noqa: D102 - said where the interface is
        from capture.cameras.scene.river import River
        from capture.cameras.stream.encoder import Encoder

        config = self._config
        self._river = River(config.simulated, config.resolution, start_s, self._bed)
        self._bed = self._river.bed
        self._encoder = Encoder(config)
        self._start_s, self._sightings, self._frames = start_s, [], 0

    def next(self) -> bytes:  # noqa: D102 - said where the interface is
        second = self._frames / self._config.framerate
        planes, sightings = self._river.frame(self._frames, second)
        self._sightings += sightings
        self._frames += 1
        return self._encoder.encode(planes)

    def companions(self) -> Mapping[str, str]:  # noqa: D102 - said where the interface is
        truth = Truth(
            seed=self._config.simulated.seed,
            start_s=self._start_s,
            framerate=self._config.framerate,
            frames=self._frames,
            sightings=tuple(self._sightings),
            encounters=encounters_of(self._sightings),
        )
        return {TRUTH_SUFFIX: truth.to_json()}


def _settings(config: CaptureConfig) -> dict[str, Any]:
    simulated = config.simulated
    return {
        "seed": simulated.seed,
        "turbidity": simulated.turbidity,
        "light": "day" if simulated.light is None else simulated.light,
        "flicker": simulated.flicker,
        "debris": simulated.debris,
        "fish_per_hour": simulated.fish_per_hour,
        "mix": dict(vars(simulated.mix)),
    }
