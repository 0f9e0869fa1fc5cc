"""What is particular to the current stack: its lens, its sensors, its tuning."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Union

import pytest

from capture.cameras import CameraMissing, open_camera
from capture.config import CaptureConfig
from tests.capture.cameras.test_backends import Bench, film, prepare
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
    with pytest.raises(ConfigError, match=why):
        bench.open()

    assert not bench.native.held


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
