"""What the current camera's encoder is told, and that exposure settles first."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest

from capture.cameras import open_camera
from capture.cameras.controls import encoder_options
from capture.config import CaptureConfig
from tests.capture.cameras import fake_picamera2 as native
from tests.capture.cameras.bench import Bench, film, prepare
from weir.clock import SimulatedClock

pytestmark = pytest.mark.filterwarnings(
    "ignore:setDaemon.*:DeprecationWarning", "ignore:.*isSet.*:DeprecationWarning"
)


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
