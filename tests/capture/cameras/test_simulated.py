"""The simulated camera: its stream, its pace, its truth, its replay."""

import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from io import BytesIO
from pathlib import Path
from subprocess import run
from typing import Any, Optional

import cv2
import pytest

from capture.cameras import CameraMissing, open_camera
from capture.config import CaptureConfig, SimulatedConfig
from weir.clock import SimulatedClock
from weir.h264 import access_units
from weir.truth import Truth

START = datetime(2026, 5, 1, 9, tzinfo=timezone.utc)


class Film:
    """A sink that keeps everything."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.times_ms: list[Optional[int]] = []

    def write(self, data: bytes, time_ms: Optional[int] = None) -> None:
        """Keep it."""
        self.frames.append(data)
        self.times_ms.append(time_ms)

    @property
    def stream(self) -> bytes:
        """All of it."""
        return b"".join(self.frames)


def config(framerate: float = 1, **simulated: Any) -> CaptureConfig:
    """A small picture of a busy river, or of what ``simulated`` says."""
    scene = SimulatedConfig(**{"fish_per_hour": 600, **simulated})
    return CaptureConfig(
        backend="simulated",
        resolution=(240, 160),
        framerate=framerate,
        keyframe_interval=20,
        simulated=scene,
    )


def film(settings: CaptureConfig, seconds: int) -> tuple[Film, str]:
    """What so many seconds give, and the truth about them."""
    camera = open_camera(settings, SimulatedClock(START))
    sink = Film()
    camera.start(sink)
    for _ in range(seconds):
        camera.wait(1)
    camera.stop(1)
    truth = camera.companions().get(".truth.json", "")
    camera.close()
    return sink, truth


def units(stream: bytes) -> Iterator[bytes]:
    """The stream's units without their start codes."""
    return iter(stream.split(b"\0\0\0\1")[1:])


CLIP = b"".join(
    [
        b"\0\0\0\1\x67abc\0\0\0\1\x68def\0\0\0\1\x65\x88key",
        *(b"\0\0\0\1\x41\x9a" + bytes([65 + number]) * 9 for number in range(4)),
    ]
)
"""Five frames, as far as their units tell."""


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A file to replay."""
    path = tmp_path / "clip.h264"
    path.write_bytes(CLIP)
    return path


@pytest.fixture(scope="module")
def river() -> tuple[Film, str]:
    """Fifty seconds of it."""
    return film(config(), 50)


def test_parameters_come_before_each_key_frame_and_nothing_else_does(
    river: tuple[Film, str],
) -> None:
    """SPS, PPS and an IDR, then plain slices; no SEI, no delimiter."""
    kinds = [unit[0] & 31 for unit in units(river[0].stream)]

    assert kinds == ([7, 8, 5] + [1] * 19) * 2 + [7, 8, 5] + [1] * 9


def test_the_stream_is_high_profile_and_says_no_time(river: tuple[Film, str]) -> None:
    """The SPS's last field before its stop bit, usability, is off."""
    sps = next(units(river[0].stream))
    bits = "".join(f"{byte:08b}" for byte in sps).rstrip("0")

    assert sps[1] == 100
    assert bits.endswith("01")


def test_opencv_decodes_every_frame(river: tuple[Film, str], tmp_path: Path) -> None:
    """As many as were filmed, in their size."""
    path = tmp_path / "clip.h264"
    path.write_bytes(river[0].stream)
    video = cv2.VideoCapture(str(path))
    shapes = []
    while (read := video.read())[0]:
        shapes.append(read[1].shape)

    assert shapes == [(160, 240, 3)] * 50


def test_each_frame_comes_whole_and_at_its_time(river: tuple[Film, str]) -> None:
    """One access unit a write, a second from one to the next."""
    assert river[0].frames == list(access_units(BytesIO(river[0].stream)))
    assert [1000 * second for second in range(50)] == river[0].times_ms


def test_the_same_seed_and_second_give_the_same_film_and_truth(
    river: tuple[Film, str],
) -> None:
    """Byte for byte."""
    again = film(config(), 50)

    assert (river[0].stream, river[1]) == (again[0].stream, again[1])


def test_another_seed_gives_another_film(river: tuple[Film, str]) -> None:
    """The seed is what a scene follows from."""
    assert film(config(seed=2), 50)[1] != river[1]


def test_the_truth_speaks_of_this_clip(river: tuple[Film, str]) -> None:
    """Its frames, its start, and fish of the kinds there are."""
    truth = Truth.from_json(river[1], "truth")

    assert (50, int(START.timestamp()), 1) == (truth.frames, truth.start_s, truth.seed)
    assert {"dace", "perch", "trout", "eel"} >= {s.kind for s in truth.sightings}
    assert truth.encounters


@pytest.mark.parametrize("framerate", [0.5, 1, 3, 29.97])
@pytest.mark.parametrize("step", [0.1, 0.25, 1, 7])
def test_a_minute_holds_a_minutes_frames(
    framerate: float, step: float, clip: Path
) -> None:
    """However the waiting is cut up, and time has passed when it is over."""
    clock = SimulatedClock(START)
    camera = open_camera(config(framerate, replay=clip), clock)
    sink = Film()
    camera.start(sink)
    while (left := 60 - clock.monotonic()) > 1e-9:
        camera.wait(min(step, left))

    assert int(60 * framerate + 1e-6) == len(sink.frames)


def test_a_replayed_file_comes_again_and_again(clip: Path) -> None:
    """Its bytes, from the beginning, and again behind its end; no truth."""
    sink, truth = film(config(replay=clip), 7)
    whole = clip.read_bytes()

    assert whole == b"".join(sink.frames[:5])
    assert sink.frames[:2] == sink.frames[5:]
    assert not truth


def test_a_replay_file_without_a_frame_is_refused(tmp_path: Path) -> None:
    """The error names key and file."""
    empty = tmp_path / "empty.h264"
    empty.write_bytes(b"no video")

    with pytest.raises(CameraMissing, match=r"replay = .*empty\.h264"):
        open_camera(config(replay=empty), SimulatedClock(START))


def test_replaying_needs_neither_pyav_nor_numpy(clip: Path) -> None:
    """A Pi's memory is measured with a replayed file."""
    program = f"""
import sys
from datetime import datetime, timezone
from pathlib import Path
from capture.cameras import open_camera
from capture.config import CaptureConfig, SimulatedConfig
from weir.clock import SimulatedClock
scene = SimulatedConfig(replay=Path({str(clip)!r}))
camera = open_camera(
    CaptureConfig(backend="simulated", simulated=scene),
    SimulatedClock(datetime.now(timezone.utc)),
)
sys.exit(bool({{"av", "numpy"}} & set(sys.modules)))
"""
    assert run([sys.executable, "-c", program], check=False).returncode == 0


class SlowMachine(SimulatedClock):
    """A machine on which a frame takes so long that a wait is over late."""

    late_s = 0.0

    def wait(self, seconds: float, stopping: Any) -> bool:
        """Wait too long."""
        return super().wait(seconds + self.late_s, stopping)


def test_a_machine_that_is_too_slow_makes_fewer_frames(clip: Path) -> None:
    """They are as far apart as they were made: time comes from the clock."""
    clock = SlowMachine(START)
    clock.late_s = 2.0
    camera = open_camera(config(replay=clip), clock)
    sink = Film()
    camera.start(sink)
    while clock.monotonic() < 600:
        camera.wait(1)

    times_ms = [time for time in sink.times_ms if time is not None]
    filmed_s = (times_ms[-1] - times_ms[0]) / 1000
    assert filmed_s == pytest.approx(600, abs=8)
    assert len(sink.frames) < 450
    assert sink.times_ms == sorted(set(times_ms))


def test_what_a_drive_held_up_is_caught_up_with(clip: Path) -> None:
    """Three seconds in which nobody asked: the frames of them come all the same."""
    clock = SimulatedClock(START)
    camera = open_camera(config(replay=clip), clock)
    sink = Film()
    camera.start(sink)
    camera.wait(5)
    clock.advance(3)
    camera.wait(5)

    assert sink.times_ms == [1000 * second for second in range(len(sink.times_ms))]
    assert len(sink.frames) >= 9
