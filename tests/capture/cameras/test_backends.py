"""Every camera keeps to the one page of ``capture.cameras``; one suite for all."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Optional

import pytest

from capture.cameras import CameraError
from tests.capture.cameras.bench import BACKENDS, Bench, Film, film, prepare, wait_long
from weir.h264 import FrameCounter

pytestmark = pytest.mark.filterwarnings(
    "ignore:setDaemon.*:DeprecationWarning", "ignore:.*isSet.*:DeprecationWarning"
)


@pytest.fixture(params=BACKENDS)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """Each backend in turn."""
    with contextlib.ExitStack() as stack:
        yield prepare(request.param, stack)


def test_a_clip_starts_with_parameters_and_holds_frames(bench: Bench) -> None:
    """The first unit can be decoded by itself; every unit is one frame."""
    camera = bench.open()
    clip = film(camera, 5)
    camera.close()

    first = FrameCounter()
    first.feed(clip.units[0])
    assert first.has_parameters
    assert first.key_frames == 1
    assert clip.counter.frames == len(clip.units)


def test_frames_tell_their_times_from_the_first(bench: Bench) -> None:
    """Milliseconds that begin at 0 and go up."""
    camera = bench.open()
    clip = film(camera, 5)
    camera.close()

    times = [time for time in clip.times_ms if time is not None]
    assert times[0] == 0
    assert len(times) == len(clip.units)
    assert times == sorted(set(times))


def test_one_clip_comes_after_the_other(bench: Bench) -> None:
    """The camera stays open; each clip begins anew, from 0 ms."""
    camera = bench.open()
    clips = [film(camera, 3) for _ in range(3)]
    camera.close()

    for clip in clips:
        assert clip.times_ms[0] == 0
        assert clip.counter.key_frames >= 1
    if bench.native:
        assert len(bench.native.made) == 1


def test_no_byte_comes_after_stop(bench: Bench) -> None:
    """Whatever still runs in the library."""
    camera = bench.open()
    clip = film(camera, 2)
    held = len(clip.units)
    second = film(camera, 2)
    camera.close()

    assert held == len(clip.units)
    assert second.units


def test_it_says_what_was_set(bench: Bench) -> None:
    """For the sidecar; and its name is the config's, never auto."""
    camera = bench.open()
    camera.close()

    assert camera.backend == bench.config.backend
    assert dict(camera.settings)


def test_an_error_in_the_sink_reaches_the_owner(bench: Bench) -> None:
    """Were a sink to raise after all: its owner hears of it."""
    camera = bench.open()

    class Broken(Film):
        def write(self, data: bytes, time_ms: Optional[int] = None) -> None:
            raise OSError(28, "No space left on device")

    camera.start(Broken())
    with pytest.raises((CameraError, OSError), match="No space"):
        wait_long(camera)
    with contextlib.suppress(CameraError):
        camera.stop(5)
    camera.close()


@pytest.mark.parametrize("backend", ["picamera", "picamera2 hardware"])
def test_a_hung_camera_gives_no_bytes_and_can_be_left(backend: str) -> None:
    """``wait`` comes back, and ``stop`` does under its deadline."""
    with contextlib.ExitStack() as stack:
        bench = prepare(backend, stack)
        camera = bench.open()
        clip = Film()
        camera.start(clip)
        bench.hang()
        camera.wait(0.05)
        held = len(clip.units)
        camera.wait(0.05)
        with contextlib.suppress(CameraError):
            camera.stop(0.3)
        camera.close()

    assert held == len(clip.units)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_dead_encoder_thread_is_noticed() -> None:
    """picamera2 itself would go on as if it were encoding."""
    with contextlib.ExitStack() as stack:
        bench = prepare("picamera2 hardware", stack)
        camera = bench.open()
        camera.start(Film())
        assert bench.device is not None
        bench.device.broken = True
        with pytest.raises(CameraError, match="thread is dead"):
            wait_long(camera)
        bench.device.broken = False
        with contextlib.suppress(CameraError):
            camera.stop(1)
        camera.close()


def test_a_frame_in_pieces_is_one_unit() -> None:
    """The legacy firmware gives a large frame in buffers of 64 kB."""
    with contextlib.ExitStack() as stack:
        bench = prepare("picamera", stack)
        camera = bench.open()
        bench.native.made[-1].pieces = 3
        clip = film(camera, 3)
        camera.close()

    assert len(clip.units) == clip.counter.frames
