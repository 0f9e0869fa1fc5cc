"""What a backend cannot do is known before it is opened, and only that is refused.

The table is compared with the real picamera and picamera2 over faked ports: they refuse
what it refuses, and take the most that it allows.
"""

from __future__ import annotations

import contextlib
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from capture import config
from capture.cameras import CameraError, limits, open_camera
from capture.cameras.picamera import LegacyCamera
from capture.config import CaptureConfig, SimulatedConfig
from tests.capture.cameras import fake_mmal as mmal
from tests.capture.cameras.bench import BACKENDS, Film, prepare
from weir import ConfigError
from weir.clock import SystemClock

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("picamera2", {"rotation": 90}, "rotation = 90: picamera2 turns by 0 or 180 only"),
    ("picamera2", {"gains": (0, 1.5)}, "gains = [0, 1.5]: picamera2 takes 0.01 to 32"),
    ("picamera", {"gains": (8.1, 1)}, "gains = [8.1, 1]: picamera takes 0 to 8"),
    ("picamera", {"framerate": 0.05}, "framerate = 0.05: picamera films at 0.1 frames"),
    ("picamera", {"resolution": (1936, 1088)}, "takes 8192 blocks of 16x16 pixels"),
    (
        "picamera",
        {"resolution": (1920, 1080), "framerate": 31},
        "framerate = 31: with resolution = [1920, 1080] the Pi's encoder takes 30.1",
    ),
    ("simulated", {"framerate": 0.0001}, "simulated films at 0.001 frames"),
    ("simulated", {"resolution": (8192, 8192)}, "paints 2985984 pixels at most"),
    *(
        (backend, {"resolution": (721, 480)}, "even numbers were expected, like [720,")
        for backend in ("picamera", "picamera2", "simulated")
    ),
    *(
        (backend, {"exposure": 501, "framerate": 2}, "exposure = 501: 500 milliseconds")
        for backend in ("picamera", "picamera2")
    ),
]


def film_legacy(**settings: Any) -> None:
    """Film with the real picamera, past the table."""
    with contextlib.ExitStack() as stack:
        prepare("picamera", stack)
        config = CaptureConfig(backend="picamera", **settings)
        stack.enter_context(
            mock.patch.object(mmal.Component, "framesize", config.resolution)
        )
        camera = LegacyCamera(config, SystemClock())
        try:
            camera.start(Film())
            camera.stop(5)
        finally:
            camera.close()


@pytest.mark.parametrize(("backend", "settings", "why"), REFUSED)
def test_what_it_cannot_do_is_refused(backend: str, settings: Any, why: str) -> None:
    """With the key, the value and what would do; nothing is opened for it."""
    config = CaptureConfig(backend=backend, **settings)

    with pytest.raises(ConfigError) as caught:
        open_camera(config, SystemClock())
    assert f"{caught.value}".startswith("capture.")
    assert why in str(caught.value)


def test_every_reason_is_told_at_once() -> None:
    """A line each."""
    config = CaptureConfig(
        backend="picamera2", rotation=270, resolution=(721, 480), gains=(33, 1)
    )

    with pytest.raises(ConfigError) as caught:
        limits.check(config)
    assert [line.split(" ")[0] for line in str(caught.value).splitlines()] == [
        *("capture.rotation", "capture.resolution", "capture.gains")
    ]


@pytest.mark.parametrize("name", BACKENDS)
def test_the_shipped_config_is_within_all_limits(name: str) -> None:
    """Whatever camera is there."""
    limits.check(CaptureConfig(backend=name.partition(" ")[0]))


def test_a_replayed_file_may_be_of_any_size(tmp_path: Path) -> None:
    """Nothing is painted."""
    replay = SimulatedConfig(replay=tmp_path / "a.h264")
    limits.check(
        CaptureConfig(backend="simulated", resolution=(3840, 2160), simulated=replay)
    )


@pytest.mark.parametrize(
    ("size", "most"), [((1920, 1080), 30), ((1920, 1088), 30), ((2048, 1024), 30)]
)
def test_the_real_picamera_takes_the_most_and_no_more(
    size: tuple[int, int], most: float
) -> None:
    """Its own table of H.264's levels says the same."""
    film_legacy(resolution=size, framerate=most)
    limits.check(CaptureConfig(backend="picamera", resolution=size, framerate=most))
    for wrong in ({"framerate": most * 1.01}, {"resolution": (size[0] + 32, 1088)}):
        settings: dict[str, Any] = {"resolution": size, "framerate": most, **wrong}
        with pytest.raises(CameraError, match=r"macroblock"):
            film_legacy(**settings)
        with pytest.raises(ConfigError):
            limits.check(CaptureConfig(backend="picamera", **settings))


def test_the_real_picamera_takes_gains_up_to_8() -> None:
    """Its own setter says the same."""
    picamera = mmal.import_picamera()
    camera = mock.Mock(spec=["_check_camera_open", "_camera"])
    camera._camera.control.params = {}
    set_gains = picamera.PiCamera.awb_gains.fset

    assert limits.LIMITS["picamera"].gains == (0, 8)
    set_gains(camera, (0, 8))
    with pytest.raises(picamera.PiCameraValueError, match=r"0\.0-8\.0"):
        set_gains(camera, (1, 8.1))


def test_the_real_picamera2_takes_no_odd_sides() -> None:
    """Its own check of a configuration says the same."""
    with contextlib.ExitStack() as stack:
        picamera2 = prepare("picamera2 hardware", stack).native
        for size in ((720, 480), (721, 480)):
            stream = {"format": "YUV420", "size": size}
            wrong = pytest.raises(RuntimeError, match="should be even")
            with wrong if size[0] % 2 else contextlib.nullcontext():
                picamera2.check_stream_config(None, stream, "main")


@pytest.mark.parametrize(
    ("kind", "is_refused"), [("hardware", True), ("software", False)]
)
def test_the_video_device_has_limits_that_a_pi_5_has_not(
    kind: str, is_refused: bool
) -> None:
    """Which of the two it is, the real encoder's class tells."""
    with contextlib.ExitStack() as stack:
        bench = prepare(f"picamera2 {kind}", stack)
        bench.config = replace(bench.config, resolution=(2304, 1296))
        if is_refused:
            stack.enter_context(pytest.raises(ConfigError, match=r"level 4\.2"))
        bench.open().close()


def test_auto_takes_the_one_that_can() -> None:
    """A quarter turn is nothing for picamera2, and something for picamera."""
    with contextlib.ExitStack() as stack:
        bench = prepare("picamera", stack)
        bench.config = replace(bench.config, backend="auto", rotation=90)
        camera = bench.open()
        camera.close()

    assert camera.backend == "picamera"


def test_auto_says_why_neither_can(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the one cannot do, and that the other is not here."""
    monkeypatch.setitem(sys.modules, "picamera", None)
    config = CaptureConfig(backend="auto", rotation=90)

    with pytest.raises(ConfigError, match=r"(?s)rotation = 90.*picamera is not inst"):
        open_camera(config, SystemClock())


def test_each_backend_of_the_table_has_its_file_and_its_limits() -> None:
    """What the config can name is a file of that name, and no other file is one."""
    files = {
        file.stem
        for file in Path(limits.__file__).parent.glob("*.py")
        if '\n    backend = "' in file.read_text("utf-8")
    }

    assert files == set(config.BACKENDS) == set(limits.LIMITS)
