"""What is particular to the current stack: its lens, its sensors, its tuning."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Union

import pytest

from capture.cameras import CameraMissing, open_camera
from capture.checks import focus
from capture.config import CaptureConfig
from capture.drive.storage import Drive
from tests.capture.cameras.bench import Bench, film, prepare
from weir import ConfigError
from weir.clock import SystemClock

pytestmark = pytest.mark.filterwarnings("ignore:setDaemon.*:DeprecationWarning")
IMX708 = (0.0, 15.0, 1.0)
"""Dioptres of a Camera Module 3: least, most, and where it stands by itself."""


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A Camera Module 2."""
    monkeypatch.setenv("LIBCAMERA_RPI_TUNING_FILE", "")  # put back afterwards
    monkeypatch.delenv("LIBCAMERA_RPI_TUNING_FILE")
    with contextlib.ExitStack() as stack:
        yield prepare("picamera2 hardware", stack)


def test_the_lens_is_put_where_the_config_says(bench: Bench) -> None:
    """Autofocus is off from the first frame on, and the sidecar tells."""
    bench.native.lens = IMX708
    bench.config = replace(bench.config, lens_position=2.5)
    camera = bench.open()
    camera.close()

    controls = bench.native.made[0].camera_config["controls"]
    assert (controls["AfMode"], controls["LensPosition"]) == (0, 2.5)
    assert camera.settings["lens_position"] == 2.5


def test_a_lens_is_left_alone_where_the_config_says_nothing(bench: Bench) -> None:
    """As before there was the key."""
    bench.native.lens = IMX708
    camera = bench.open()
    camera.close()

    assert "AfMode" not in bench.native.made[0].camera_config["controls"]
    assert "lens_position" not in camera.settings


@pytest.mark.parametrize(
    ("lens", "position", "why"),
    [
        (None, 2.5, r"lens_position = 2\.5: this camera \(imx219\) has no lens motor"),
        (IMX708, 20, r"lens_position = 20: .* takes 0 to 15 dioptres"),
    ],
)
def test_a_lens_that_cannot_be_put_there_is_refused(
    bench: Bench, lens: tuple[float, ...], position: float, why: str
) -> None:
    """With the key, and the camera is given back."""
    bench.native.lens = lens
    bench.config = replace(bench.config, lens_position=position)
    with pytest.raises((ConfigError, CameraMissing), match=why):
        bench.open()

    assert not bench.native.held


def move_lens(bench: Bench, sharp_at: float) -> list[float]:
    """Let it have a lens that takes a few frames to move; gives where it stood."""
    stood = [1.0]

    def tell() -> dict[str, Any]:
        asked = bench.native.made[-1].asked.get("LensPosition", 1.0)
        stood.append(stood[-1] + (asked - stood[-1]) * 0.7)
        sharpness = round(1000 / (1 + abs(stood[-1] - sharp_at)))
        return {
            "AeLocked": True,
            "LensPosition": stood[-1],
            "FocusFoM": sharpness,
        }

    bench.native.lens, bench.native.tell = IMX708, staticmethod(tell)
    return stood


def test_a_look_is_taken_when_the_lens_is_there(bench: Bench) -> None:
    """Not while it moves; with autofocus off, and as fast as the light allows."""
    move_lens(bench, sharp_at=4)
    camera = bench.open()
    assert camera.lens is not None
    look = camera.lens.look(4)
    camera.close()

    assert look.dioptres == 4
    assert look.sharpness > 990
    assert look.jpeg == b"\xff\xd8 at 4.00"
    asked = bench.native.made[0].asked
    assert (asked["AfMode"], asked["FrameDurationLimits"]) == (0, (33_333, 1_000_000))


def test_focus_steps_through_what_the_lens_can_do(bench: Bench, tmp_path: Path) -> None:
    """The strip holds each picture with its sharpness, and the best is named."""
    move_lens(bench, sharp_at=2.1)
    bench.native.lens = (0.0, 10.0, 1.0)
    camera = bench.open()
    drive = Drive(tmp_path, require_mount=False, min_free_bytes=0)
    found = focus.finding(camera, drive, "cam <1>")
    camera.close()

    page = (tmp_path / "focus.html").read_text("utf-8")
    assert found.passed
    assert "sharpest of 14 pictures at lens_position = 2 (0.5 m in air)" in found.words
    assert page.count("data:image/jpeg;base64,") == 14
    assert "Focus of cam &lt;1&gt;" in page
    assert page.count('class="best"><img') == 1
    assert "lens_position = 10 (0.1 m), sharpness" in page


def test_a_sensor_tells_the_rates_that_it_can_do(bench: Bench) -> None:
    """``check`` names the nearest of them: 11.77 seconds a frame to 120 a second."""
    camera = bench.open()
    camera.close()

    assert camera.framerates == pytest.approx((0.085, 120), rel=0.01)


def test_a_camera_without_a_lens_motor_has_no_focus(
    bench: Bench, tmp_path: Path
) -> None:
    """Somebody must turn the lens by hand."""
    camera = bench.open()
    drive = Drive(tmp_path, require_mount=False, min_free_bytes=0)
    found = focus.finding(camera, drive, "cam1")
    camera.close()

    assert found.passed is False
    assert "no lens motor" in found.words
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("backend", ["simulated", "picamera"])
def test_other_backends_have_neither_lens_nor_tuning(backend: str) -> None:
    """They say so for each key, before anything is opened."""
    config = CaptureConfig(
        backend=backend, lens_position=0, tuning_file=Path("/etc/passwd")
    )
    with pytest.raises(ConfigError, match=r"(?s)lens_position = 0.*tuning_file = "):
        open_camera(config, SystemClock())


@pytest.mark.parametrize(
    ("sensor", "number"), [(0, 0), (1, 1), ("imx708", 1), ("/base/i2c@0/imx219", 0)]
)
def test_a_sensor_is_known_by_index_id_or_model(
    bench: Bench, sensor: Union[int, str], number: int
) -> None:
    """The sidecar tells which it was."""
    bench.native.models = ("imx219", "imx708")
    bench.config = replace(bench.config, sensor=sensor)
    camera = bench.open()

    assert bench.native.held == {number}
    assert camera.settings["sensor"] == bench.native.models[number]
    camera.close()


@pytest.mark.parametrize("sensor", [2, "imx477", "imx219"])
def test_a_sensor_that_is_not_there_or_not_alone_is_refused(
    bench: Bench, sensor: Union[int, str]
) -> None:
    """The text lists those that are there, with their ids."""
    bench.native.models = ("imx219", "imx219")
    bench.config = replace(bench.config, sensor=sensor)
    with pytest.raises(CameraMissing, match=r"(?s)sensor = .*1  imx219  /base/i2c@1"):
        bench.open()


def test_two_cameras_film_at_once(bench: Bench) -> None:
    """Each by itself; neither is busy for the other."""
    bench.native.models = ("imx219", "imx708")
    first = bench.open()
    bench.config = replace(bench.config, sensor=1)
    second = bench.open()

    assert film(first, 2).units
    assert film(second, 2).units
    first.close()
    second.close()


def test_a_tuning_file_is_named_before_libcamera_looks(
    bench: Bench, tmp_path: Path
) -> None:
    """It reads the file once, with its first look for cameras."""
    tuning = tmp_path / "noir.json"
    tuning.write_text("{}")
    bench.config = replace(bench.config, tuning_file=tuning)
    camera = bench.open()
    camera.close()

    assert bench.native.seen[0] == bench.native.made[0].tuning == str(tuning)
    assert camera.settings["tuning_file"] == "noir.json"


def test_a_tuning_file_that_is_not_there_is_refused(bench: Bench) -> None:
    """By itself libcamera would find no camera, and say nothing of the file."""
    bench.config = replace(bench.config, tuning_file=Path("/nowhere/noir.json"))
    with pytest.raises(ConfigError, match=r"tuning_file = \"/nowhere/noir.json\""):
        bench.open()

    assert "LIBCAMERA_RPI_TUNING_FILE" not in os.environ


@pytest.mark.parametrize("change", [{"lens_position": 2.0}, {"sensor": "imx708"}])
def test_a_camera_that_is_missing_for_now_is_no_wrong_config(
    bench: Bench, change: dict[str, Any]
) -> None:
    """A daemon with a wrong config ends for good; a loose cable may be mended.

    What the old stack could not do does not matter where the current one is here.
    """
    bench.native.models = ()
    bench.config = replace(bench.config, backend="auto", **change)
    with pytest.raises(CameraMissing, match="finds no camera"):
        bench.open()


def test_a_motor_that_does_not_answer_is_no_wrong_config(bench: Bench) -> None:
    """It is refused, and tried again: after the next power cut it may be there."""
    bench.config = replace(bench.config, lens_position=2.0)
    with pytest.raises(CameraMissing, match="no lens motor"):
        bench.open()
    bench.native.lens = IMX708
    bench.open().close()
