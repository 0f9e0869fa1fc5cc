"""The simulated camera's encoder."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from capture.cameras.stream.encoder import Encoder
from capture.config import CaptureConfig

SMALL = CaptureConfig(resolution=(160, 96), keyframe_interval=5)


def noise(count: int) -> list["npt.NDArray[np.uint8]"]:
    """Frames that are hard to encode: Y, U and V."""
    rng = np.random.RandomState(1)
    return [rng.randint(16, 235, (144, 160)).astype(np.uint8) for _ in range(count)]


def size(config: CaptureConfig, count: int = 30) -> int:
    """The bytes of so many noisy frames."""
    encoder = Encoder(config)
    return sum(len(encoder.encode(frame)) for frame in noise(count))


def test_each_frame_is_out_before_the_next_comes() -> None:
    """Nothing is looked ahead: at one frame a second that would be seconds."""
    encoder = Encoder(SMALL)

    assert all(encoder.encode(frame) for frame in noise(7))


def test_quality_is_better_where_its_number_is_smaller() -> None:
    """As with a Pi's cameras."""
    assert size(replace(SMALL, quality=15)) > 1.5 * size(replace(SMALL, quality=35))


def test_a_bitrate_is_kept() -> None:
    """To within what half a minute allows."""
    config = replace(SMALL, bitrate=100_000)

    assert size(config) * 8 / 30 == pytest.approx(100_000, rel=0.3)


def test_a_key_frame_comes_as_often_as_asked() -> None:
    """Each with its parameters."""
    encoder = Encoder(replace(SMALL, keyframe_interval=3))
    keys = [b"\x00\x00\x00\x01\x67" in encoder.encode(frame) for frame in noise(7)]

    assert keys == [True, False, False, True, False, False, True]
