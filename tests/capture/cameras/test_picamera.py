"""The legacy camera, over the real picamera's own code."""

from __future__ import annotations

import contextlib
import inspect
from dataclasses import replace
from typing import Any

import pytest

from capture.cameras import CameraError
from capture.cameras.picamera import recording_options
from capture.config import CaptureConfig
from tests.capture.cameras import fake_mmal as mmal
from tests.capture.cameras.bench import Film, prepare

pytestmark = pytest.mark.filterwarnings(
    "ignore:setDaemon.*:DeprecationWarning", "ignore:.*isSet.*:DeprecationWarning"
)


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


def test_the_second_legacy_camera_is_opened_by_its_index() -> None:
    """As on a Compute Module; the sidecar tells which it was."""
    with contextlib.ExitStack() as stack:
        bench = prepare("picamera", stack)
        bench.config = replace(bench.config, sensor=1)
        camera = bench.open()
        held = set(bench.native.held)
        camera.close()

    assert held == {1}
    assert camera.settings["sensor"] == 1
