"""Pictures for the page: small, and close to what moved."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from analysis.report.thumbnails import close_up, shrink
from analysis.values.seen import Box


def jpeg(x: int, y: int) -> bytes:
    """A grey picture of 720 x 480 with a red square of 20 pixels at a place."""
    image = np.full((480, 720, 3), 90, np.uint8)
    image[y : y + 20, x : x + 20] = (0, 0, 220)
    return bytes(cv2.imencode(".jpg", image)[1])


def redness(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Where a picture is red."""
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    return np.asarray((image[..., 2] > 160) & (image[..., 1] < 70))


@pytest.mark.parametrize("place", [(0, 0), (300, 200), (700, 460)])
def test_a_close_up_shows_what_is_in_the_box(place: tuple[int, int]) -> None:
    """As large in it as can be, and whole at the picture's edges, too."""
    x, y = place
    box = Box(x / 720, y / 480, 20 / 720, 20 / 480)
    red = redness(close_up(jpeg(x, y), box, 220))

    assert red.shape == (220, 220)
    assert 0.04 < red.mean() < 0.07  # 20 of 86 pixels, each way


def test_what_fills_the_picture_has_no_close_up() -> None:
    """Nor has what is no picture."""
    assert close_up(jpeg(0, 0), Box(0.1, 0.1, 0.8, 0.8), 220) == b""
    assert [close_up(data, Box(0, 0, 0.1, 0.1), 220) for data in (b"", b"x")] == [
        b""
    ] * 2


def test_a_close_up_has_more_contrast_than_the_water() -> None:
    """What hardly stands out is seen; what stands out anyhow stays much as it is."""
    contrast = []
    for grey in (84, 10):
        image = np.full((480, 720, 3), 90, np.uint8)
        image[200:220, 300:360] = grey
        data = bytes(cv2.imencode(".jpg", image)[1])
        close = close_up(data, Box(300 / 720, 200 / 480, 60 / 720, 20 / 480), 220)
        seen = cv2.imdecode(np.frombuffer(close, np.uint8), cv2.IMREAD_GRAYSCALE)
        contrast.append(float(seen.max()) - float(seen.min()))

    assert contrast[0] > 15  # of 6
    assert 80 < contrast[1] < 110


def test_a_picture_is_made_smaller_and_never_larger() -> None:
    """And what cannot be read stays as it is."""
    small = cv2.imdecode(
        np.frombuffer(shrink(jpeg(0, 0), 360), np.uint8), cv2.IMREAD_COLOR
    )

    assert small.shape == (240, 360, 3)
    assert shrink(jpeg(0, 0), 800) == jpeg(0, 0)
    assert (shrink(b"no picture", 10), shrink(b"", 10)) == (b"no picture", b"")
