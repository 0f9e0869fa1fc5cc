"""A field for tests: a camera that films what it is told, on a clock that is ours."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Callable, Optional

from capture import health
from capture.cameras import CameraError, Lens, Sink
from capture.config import CaptureConfig, CaptureSettings, ScheduleConfig
from capture.daemon import Daemon
from capture.growth import Growth
from capture.slots.schedule import make_plan
from weir.clip import CLIP_SUFFIX, sidecar_name
from weir.clock import SimulatedClock
from weir.deployment import DeploymentConfig
from weir.effort import EffortLine, parse_ledger
from weir.service import Service, StopFlag
from weir.sidecar import Sidecar

PARAMETERS = b"\0\0\0\1\x67\x64\0\x28\0\0\0\1\x68\xee\x38"
KEY_FRAME = b"\0\0\0\1\x65\x88" + b"\x5a" * 90
FRAME = b"\0\0\0\1\x41\x9a" + b"\xa5" * 40


def stream(frames: int) -> bytes:
    """So many frames in the shape of a Pi's stream."""
    return PARAMETERS + KEY_FRAME + FRAME * (frames - 1)


class FakeCamera:
    """A camera whose frames are bytes of no meaning, in the time of a clock.

    Args:
        clock: moved by a wait.
        framerate: frames per second.

    Attributes:
        framerate: what it makes, whatever the config asks for.
        on_close: called when it is closed.
        on_open: called before it is opened; what it raises, the opening raises.
        on_wait: called before each wait; what it raises, the camera raises.
        tells_times: whether frames come with their times.
        hung: while set, time passes and no byte comes.
    """

    backend = "fake"

    def __init__(self, clock: SimulatedClock, framerate: float) -> None:
        self._clock = clock
        self.framerate = framerate
        self._sink: Optional[Sink] = None
        self._frames = 0
        self._due = 0.0
        self.settings: Mapping[str, Any] = {}
        self.on_wait: Callable[[], None] = lambda: None
        self.hung = self.tells_times = False
        self.opened = self.closed = 0
        self.on_close: Callable[[], None] = lambda: None
        self.on_open: Callable[[], None] = lambda: None
        self.framerates: Optional[tuple[float, float]] = None
        self.lens: Optional[Lens] = None

    def start(self, sink: Sink) -> None:
        """Begin a clip."""
        self._sink, self._frames = sink, 0
        self._due = self._clock.monotonic() + 1 / self.framerate

    def wait(self, seconds: float) -> None:
        """Film."""
        self.on_wait()
        until = self._clock.monotonic() + seconds
        while self._due <= until + 1e-6 and not self.hung and self._sink:
            self._clock.advance(max(0.0, self._due - self._clock.monotonic()))
            self._due += 1 / self.framerate
            data = FRAME if self._frames else PARAMETERS + KEY_FRAME
            time_ms = round(1000 * self._frames / self.framerate)
            self._sink.write(data, time_ms if self.tells_times else None)
            self._frames += 1
        self._clock.advance(max(0.0, until - self._clock.monotonic()))

    def stop(self, deadline_s: float) -> None:
        """End the clip."""
        self._sink = None
        if self.hung:
            raise CameraError(f"not stopped after {deadline_s} s")

    def still(self, path: Path) -> bool:
        """Take no picture."""
        return False

    def companions(self) -> Mapping[str, str]:
        """Lie beside the clip."""
        return {".truth.json": "{}\n"}

    def close(self) -> None:
        """Give the camera back."""
        self.closed += 1
        self.on_close()


class Field:
    """A drive, a state directory, a config; daemons come and go.

    Args:
        folder: where all of it lies.
        clock: the machine's.
        framerate: frames per second.
        schedule: when to film.
    """

    def __init__(
        self,
        folder: Path,
        clock: SimulatedClock,
        *,
        framerate: float = 1,
        schedule: ScheduleConfig = ScheduleConfig(),  # noqa: B008 - it is frozen
        timezone: str = "Europe/Berlin",
    ) -> None:
        self.drive, self.state = folder / "drive", folder / "state"
        self._pulled = folder / "pulled"
        self.state.mkdir(exist_ok=True)
        if not self._pulled.exists():
            self.drive.mkdir(exist_ok=True)
        self.clock = clock
        self.settings = CaptureSettings(
            deployment=DeploymentConfig(id="creek", camera="cam1", timezone=timezone),
            capture=CaptureConfig(
                backend="simulated",
                directory=self.drive,
                require_mount=False,
                framerate=framerate,
                min_free_mb=0,
                schedule=schedule,
            ),
        )
        self.camera = FakeCamera(clock, framerate)
        self.boot = "boot-1"
        self.flag = StopFlag()
        self.machine = Path("/")
        self.growth: Optional[Growth] = None

    def configure(self, **changes: Any) -> None:
        """Change keys of ``[capture]``."""
        capture = replace(self.settings.capture, **changes)
        self.settings = replace(self.settings, capture=capture)

    def daemon(self) -> Daemon:
        """A daemon that has just been started."""
        capture = self.settings.capture
        return Daemon(
            self.settings,
            make_plan(capture.schedule, self.settings.deployment),
            self.state,
            machine=self.clock,
            service=Service(self.flag),
            boot=self.boot,
            open_camera=self._open,
            growth=self.growth,
            read_health=lambda: health.read(self.machine),
        )

    def _open(self) -> FakeCamera:
        self.camera.on_open()
        self.camera.opened += 1
        return self.camera

    def unplug(self) -> None:
        """Take the drive away; nothing is where it was."""
        self.drive.rename(self._pulled)

    def plug(self) -> None:
        """Put it back."""
        self._pulled.rename(self.drive)

    @property
    def clips(self) -> list[str]:
        """The finished clips, by name."""
        return sorted(path.name for path in self.drive.glob("*" + CLIP_SUFFIX))

    @property
    def sidecars(self) -> list[Sidecar]:
        """Their sidecars."""
        return [Sidecar.read(self.drive / sidecar_name(clip)) for clip in self.clips]

    @property
    def ledger(self) -> list[EffortLine]:
        """What lies on the drive, and what waits for it."""
        lines: list[EffortLine] = []
        for file in (
            self.drive / "effort.jsonl",
            self.state / "effort-waiting.jsonl",
        ):
            with contextlib.suppress(FileNotFoundError, IsADirectoryError):
                good, bad = parse_ledger(file.read_bytes(), file.name)
                assert bad == []
                lines += good
        return lines

    def close(self) -> None:
        """Give the pipe back."""
        self.flag.close()


@contextlib.contextmanager
def field(folder: Path, clock: SimulatedClock, **options: Any) -> Iterator[Field]:
    """A field that is cleared up."""
    made = Field(folder, clock, **options)
    try:
        yield made
    finally:
        made.close()


def stop_at(creek: Field, moment: datetime) -> None:
    """Tell the daemon to stop when the clock gets there while it films."""
    creek.camera.on_wait = lambda: (
        creek.flag.request() if creek.clock.now() >= moment else None
    )


def restart(creek: Field, after: timedelta = timedelta()) -> None:
    """The machine is on again, some time later; a new daemon may be started."""
    creek.clock.advance(after.total_seconds())
    creek.flag.close()
    creek.flag = StopFlag()
    creek.camera.on_wait = lambda: None
