"""Every camera keeps to the one page of ``capture.cameras``; one suite for all."""

from __future__ import annotations

import contextlib
import inspect
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any, Callable, Optional

import pytest

from capture.cameras import (
    Camera,
    CameraError,
    CameraMissing,
    CameraStuck,
    open_camera,
)
from capture.cameras.controls import encoder_options
from capture.cameras.picamera import recording_options
from capture.config import CaptureConfig
from tests.capture.cameras import fake_mmal as mmal
from tests.capture.cameras import fake_picamera2 as native
from weir.clock import SimulatedClock, SystemClock
from weir.h264 import FrameCounter

pytestmark = pytest.mark.filterwarnings(
    "ignore:setDaemon.*:DeprecationWarning", "ignore:.*isSet.*:DeprecationWarning"
)
PERIOD_S = 0.01
BACKENDS = ("simulated", "picamera", "picamera2 hardware", "picamera2 software")


class Film:
    """A sink that keeps everything, and can be waited for."""

    def __init__(self) -> None:
        self.units: list[bytes] = []
        self.times_ms: list[Optional[int]] = []
        self._more = threading.Condition()

    def write(self, data: bytes, time_ms: Optional[int] = None) -> None:
        """Keep it."""
        with self._more:
            self.units.append(data)
            self.times_ms.append(time_ms)
            self._more.notify_all()

    @property
    def counter(self) -> FrameCounter:
        """Its frames, counted."""
        counter = FrameCounter()
        for unit in self.units:
            counter.feed(unit)
        return counter


class Bench:
    """One backend, ready to be opened.

    Attributes:
        config: for it.
        hang: makes the open camera give no more bytes.
    """

    def __init__(self, config: CaptureConfig) -> None:
        self.config = config
        self.hang: Callable[[], None] = lambda: None
        self.device: Optional[native.Device] = None
        self.native: Any = None

    def open(self) -> Camera:
        """Open it."""
        return open_camera(self.config, SystemClock())


def wait_long(camera: Camera) -> None:
    """Film for some seconds, in small waits."""
    for _ in range(200):
        camera.wait(0.02)


def film(camera: Camera, frames: int) -> Film:
    """A clip of at least so many frames."""
    sink = Film()
    camera.start(sink)
    for _ in range(250):
        camera.wait(0.02)
        if sink.counter.frames >= frames:
            break
    camera.stop(5)
    return sink


@pytest.fixture(params=BACKENDS)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """Each backend in turn."""
    with contextlib.ExitStack() as stack:
        yield prepare(request.param, stack)


def prepare(backend: str, stack: contextlib.ExitStack) -> Bench:
    """A backend off a Pi, as far as it goes."""
    made = Bench(CaptureConfig(backend=backend.partition(" ")[0], keyframe_interval=10))
    if backend == "simulated":
        made.config = replace(made.config, framerate=100, resolution=(64, 48))
    elif backend == "picamera":
        picamera = mmal.import_picamera()
        for patch in mmal.patched(picamera, PERIOD_S):
            stack.enter_context(patch)
        made.native = picamera.PiCamera
        made.hang = lambda: picamera.PiCamera.made[-1].hang()  # noqa: PLW0108
    else:
        picamera2 = stack.enter_context(native.stubbed())
        kind = native.make_camera_class(picamera2, PERIOD_S)
        picamera2.Picamera2 = made.native = kind
        if backend.endswith("hardware"):
            made.device = stack.enter_context(native.hardware(picamera2))
            made.hang = lambda: setattr(made.device, "hung", True)
        else:
            stack.enter_context(native.software(picamera2))
        stack.callback(lambda: [camera.close() for camera in kind.made])
    return made


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


def test_legacy_options_are_those_of_the_real_encoder() -> None:
    """``start_recording`` would take any name; the encoder it makes would not."""
    mmal.import_picamera()
    from picamera.encoders import PiVideoEncoder

    known = inspect.signature(PiVideoEncoder._create_encoder).parameters
    assert set(recording_options(CaptureConfig())) <= set(known)


def test_a_misspelt_legacy_option_is_an_error() -> None:
    """It is not swallowed: the clip does not start."""
    with contextlib.ExitStack() as stack:
        camera: Any = prepare("picamera", stack).open()
        camera._options["intra_perriod"] = 60
        with pytest.raises(CameraError, match="intra_perriod"):
            camera.start(Film())
        camera.close()


@pytest.mark.parametrize("bitrate", [0, 2_000_000])
def test_the_legacy_encoder_is_told_everything(bitrate: int) -> None:
    """Bitrate or quality, key frames, inline headers: what fills drives by default."""
    from picamera import mmal as constants

    with contextlib.ExitStack() as stack:
        bench = prepare("picamera", stack)
        bench.config = replace(bench.config, bitrate=bitrate, quality=25)
        camera = bench.open()
        camera.start(Film())
        port = bench.native.made[-1]._encoders[1].output_port
        camera.stop(5)
        camera.close()

    quality = port.params.get(constants.MMAL_PARAMETER_VIDEO_ENCODE_MIN_QUANT)
    assert port.bitrate == bitrate
    assert quality == (None if bitrate else 25)
    assert port.params[constants.MMAL_PARAMETER_INTRAPERIOD] == 10
    assert port.params[constants.MMAL_PARAMETER_VIDEO_ENCODE_INLINE_HEADER] is True


def test_the_legacy_camera_is_set_by_the_names_it_has() -> None:
    """Rotation clockwise, shutter in microseconds, white balance fixed."""
    with contextlib.ExitStack() as stack:
        bench = prepare("picamera", stack)
        bench.config = replace(bench.config, rotation=90, exposure=20, gains=(1.5, 1.2))
        bench.open().close()
        facts = bench.native.made[-1]._facts

    assert facts["rotation"] == 90
    assert facts["shutter_speed"] == 20_000
    assert facts["awb_mode"] == "off"
    assert facts["awb_gains"] == (1.5, 1.2)


@pytest.mark.parametrize("kind", ["hardware", "software"])
def test_encoder_options_are_those_of_both_real_encoders(kind: str) -> None:
    """On a Pi 5 ``H264Encoder`` is another class with other arguments."""
    with contextlib.ExitStack() as stack:
        picamera2 = stack.enter_context(native.stubbed())
        stack.enter_context(getattr(native, kind)(picamera2))
        known = inspect.signature(picamera2.encoders.H264Encoder).parameters
        options = encoder_options(CaptureConfig())

    assert set(options) <= set(known)
    assert {"bitrate", "qp"} <= set(options)


def test_the_hardware_encoder_is_told_everything() -> None:
    """Quality as a fixed quantiser, key frames, parameters before each of them."""
    import videodev2 as v4l2

    with contextlib.ExitStack() as stack:
        bench = prepare("picamera2 hardware", stack)
        camera = bench.open()
        film(camera, 2)
        camera.close()
        assert bench.device is not None
        told = bench.device.controls

    assert told[v4l2.V4L2_CID_MPEG_VIDEO_H264_I_PERIOD] == 10
    assert told[v4l2.V4L2_CID_MPEG_VIDEO_REPEAT_SEQ_HEADER] == 1
    assert told[v4l2.V4L2_CID_MPEG_VIDEO_H264_MIN_QP] == 23
    assert told[v4l2.V4L2_CID_MPEG_VIDEO_H264_MAX_QP] == 23
    assert v4l2.V4L2_CID_MPEG_VIDEO_BITRATE not in told


def test_the_rate_is_set_after_the_gains_have_settled() -> None:
    """At one frame a second from the start, exposure would take a minute."""
    with contextlib.ExitStack() as stack:
        bench = prepare("picamera2 hardware", stack)
        bench.config = replace(bench.config, framerate=1)
        bench.open().close()
        (camera,) = bench.native.made

    assert camera.calls[:3] == ["start", "capture_metadata", "set_controls"]
    assert camera.asked["FrameDurationLimits"] == (1_000_000, 1_000_000)


@pytest.fixture
def pi_camera() -> Iterator[Bench]:
    """A camera of the current stack."""
    with contextlib.ExitStack() as stack:
        yield prepare("picamera2 hardware", stack)


def test_exposure_settles_at_any_rate_up_to_the_one_that_is_filmed(
    pi_camera: Bench,
) -> None:
    """Fast in the light, and as long as a frame may take in the dark."""
    pi_camera.config = replace(pi_camera.config, framerate=0.5)
    pi_camera.open().close()

    (camera,) = pi_camera.native.made
    first = camera.camera_config["controls"]["FrameDurationLimits"]
    assert first == (33_333, 2_000_000)
    assert camera.asked["FrameDurationLimits"] == (2_000_000, 2_000_000)


@pytest.mark.parametrize("word", [{"AeLocked": True}, {"AeState": 2}])
def test_it_waits_for_exposure_and_for_colours(
    pi_camera: Bench, word: dict[str, Any]
) -> None:
    """Exposed, by the word of an old libcamera or a new one, and the gains stand."""
    frames = iter(
        [
            {"ColourGains": (1.0, 1.0)},
            {"ColourGains": (1.0, 1.0)},
            {**word, "ColourGains": (1.5, 1.0)},
            {**word, "ColourGains": (1.51, 1.0)},
            {},
        ]
    )
    pi_camera.native.tell = staticmethod(lambda: next(frames))
    pi_camera.open().close()

    assert list(frames) == [{}]


def test_what_never_settles_is_filmed_all_the_same(pi_camera: Bench) -> None:
    """A river at night has no exposure to find; fifteen seconds are enough."""
    clock = SimulatedClock(datetime(2026, 5, 1, 5, tzinfo=timezone.utc))

    def tell() -> dict[str, Any]:
        clock.advance(1)
        return {"AeLocked": False}

    pi_camera.native.tell = staticmethod(tell)
    open_camera(pi_camera.config, clock).close()

    assert clock.monotonic() == 15
    (camera,) = pi_camera.native.made
    assert camera.asked["FrameDurationLimits"] == (1_000_000, 1_000_000)


def test_auto_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Off a Pi there is no camera, and the text names both ways to one."""
    monkeypatch.setitem(sys.modules, "picamera", None)
    with pytest.raises(CameraMissing) as caught:
        open_camera(CaptureConfig(backend="auto"), SystemClock())

    assert "python3-picamera2" in str(caught.value)
    assert "weir[picamera]" in str(caught.value)


def test_auto_takes_what_is_there() -> None:
    """Without picamera2, the legacy stack."""
    with contextlib.ExitStack() as stack:
        bench = prepare("picamera", stack)
        bench.config = replace(bench.config, backend="auto")
        camera = bench.open()
        camera.close()

    assert camera.backend == "picamera"


OPENINGS = [
    *(("picamera2 hardware", step) for step in ("init", "configure", "start")),
    ("picamera2 hardware", "metadata"),
    ("picamera", "rotation"),
]


@pytest.mark.parametrize(("backend", "step"), OPENINGS)
def test_a_camera_that_fails_while_it_is_opened_is_not_kept(
    backend: str, step: str
) -> None:
    """The next attempt, a moment later, does not find it busy."""
    with contextlib.ExitStack() as stack:
        bench = prepare(backend, stack)
        bench.native.fails.add(step)
        with pytest.raises(CameraMissing, match=step):
            bench.open()
        assert not bench.native.held
        bench.native.fails.clear()
        camera = bench.open()
        assert film(camera, 2).units
        camera.close()


@pytest.mark.parametrize(
    ("backend", "step"),
    [("picamera2 hardware", "start hangs"), ("picamera", "rotation hangs")],
)
def test_a_camera_that_comes_too_late_is_closed(
    backend: str, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waited for it has gone on, and asks for another one."""
    for module in ("picamera", "picamera2"):
        monkeypatch.setattr(f"capture.cameras.{module}._OPEN_DEADLINE_S", 0.05)
    with contextlib.ExitStack() as stack:
        bench = prepare(backend, stack)
        bench.native.fails.add(step)
        with pytest.raises(CameraStuck):
            bench.open()
        assert bench.native.held
        bench.native.hangs.set()
        for thread in threading.enumerate():
            if thread.name in ("picamera", "picamera2"):
                thread.join(5)
        assert not bench.native.held
