"""What a model is shown: every fit, filter and normalisation, pixel for pixel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageOps

from analysis.config import ModelConfig
from analysis.frames.frames import Frame, FrameReader
from analysis.models.input.lookup import PADDING, Layout
from analysis.models.input.normalise import Normalisation
from analysis.models.input.prepare import Preparer
from analysis.models.input.resize import EXACT
from analysis.models.interpreter import Tensor
from analysis.values.seen import Box
from tests import video

AS_IT_IS = Normalisation((1.0,), (0.0,), "test")


def noise(width: int, height: int) -> Frame:
    """A frame of random pixels, the same each time."""
    pixels = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
    return Frame(0, pixels)


def shown(
    frame: Frame, side: tuple[int, int] = (56, 56), box: Any = None, **keys: Any
) -> npt.NDArray[np.float32]:
    """The input that a model of this size would get, (height, width, 3) float32."""
    width, height = side
    preparer = preparing(side, **keys)
    view = np.zeros((1, height, width, 3), np.float32)
    preparer.write(preparer.picture(frame, box), view)
    picture: npt.NDArray[np.float32] = view[0]
    return picture


def preparing(side: tuple[int, int], **keys: Any) -> Preparer:
    """What makes inputs of this size, of the pixels as they are."""
    width, height = side
    shape = (1, height, width, 3)
    tensor = Tensor("input", 0, shape, np.dtype(np.float32), 0.0, 0)
    layout = Layout(width, height, 3, channels_first=False)
    return Preparer(ModelConfig(**keys), tensor, layout, AS_IT_IS)


WAYS = [
    ((56, 56), {}),
    ((64, 56), {}),
    ((56, 56), {"fit": "stretch"}),
    ((56, 56), {"resize": "lanczos"}),
    ((56, 56), {"colour": "bgr"}),
]


@pytest.mark.parametrize("first", range(len(WAYS)))
@pytest.mark.parametrize("second", range(len(WAYS)))
def test_two_models_share_a_picture_only_when_they_see_it_alike(
    first: int, second: int
) -> None:
    """A detector and a classifier of one size and way cost one resizing."""
    frame = noise(180, 120)

    one, other = (
        preparing(side, **keys).picture(frame, None)
        for side, keys in (WAYS[first], WAYS[second])
    )

    assert (one is other) == (first == second)


@pytest.mark.parametrize("colour", ["rgb", "bgr"])
def test_a_picture_stays_when_the_next_frame_is_made_small(
    tmp_path: Path, colour: str
) -> None:
    """Even where halving alone makes it, in memory that the frames share."""
    clip = video.write(tmp_path / "clip.h264", video.squares(20))
    preparer = preparing((24, 16), fit="stretch", colour=colour)

    with FrameReader(clip) as reader:
        pictures = [preparer.picture(frame, None).picture for frame in reader]

    greys = [float(picture[8:, 8:].mean()) for picture in pictures]
    assert [round((grey - 40) / 8) for grey in greys] == list(range(20))


def test_a_box_is_never_the_frame() -> None:
    """The part is made anew, whatever was made of the whole."""
    frame, preparer = noise(180, 120), preparing((56, 56))

    whole = preparer.picture(frame, None).picture
    part = preparer.picture(frame, Box(0.5, 0.5, 0.5, 0.5)).picture

    assert not np.array_equal(whole, part)


@pytest.mark.parametrize("size", [(180, 120), (120, 180), (121, 77), (56, 56)])
@pytest.mark.parametrize("side", [(56, 56), (64, 32)])
def test_lanczos_is_pillows_fit(size: tuple[int, int], side: tuple[int, int]) -> None:
    """Bit for bit, on any shape of frame and input."""
    frame = noise(*size)
    rgb = Image.fromarray(np.ascontiguousarray(frame.bgr()[:, :, ::-1]))

    expected = ImageOps.fit(rgb, side, Image.Resampling.LANCZOS)

    np.testing.assert_array_equal(
        shown(frame, side, resize="lanczos"), np.asarray(expected)
    )


def test_area_is_the_mean_where_sides_are_halves() -> None:
    """480 x 480 to 120 x 120: each pixel the mean of sixteen, to the rounding."""
    frame = noise(480, 480)
    means = frame.bgr().reshape(120, 4, 120, 4, 3).mean(axis=(1, 3))[:, :, ::-1]

    assert np.abs(shown(frame, (120, 120)) - means).max() <= 1


def test_area_goes_on_from_halves_bilinearly() -> None:
    """480 to 224 is 240, then 224."""
    frame = noise(720, 480)
    half = cv2.resize(frame.bgr(), (360, 240), interpolation=cv2.INTER_AREA)
    small = cv2.resize(half[:, 60:300], (224, 224), interpolation=cv2.INTER_LINEAR)

    np.testing.assert_array_equal(shown(frame, (224, 224)), small[:, :, ::-1])


@pytest.mark.parametrize("resize", ["area", "lanczos", "bilinear"])
def test_pixels_stay_whole_numbers(resize: str) -> None:
    """Models were trained on whole ones, and fractions move their scores."""
    small = shown(noise(180, 120), resize=resize)

    np.testing.assert_array_equal(small, np.rint(small))


@pytest.mark.parametrize("resize", ["area", "lanczos", "bilinear"])
def test_letterbox_paints_grey_around(resize: str) -> None:
    """A wide frame has bars above and below."""
    small = shown(noise(112, 56), fit="letterbox", resize=resize)

    assert (small[:14] == PADDING).all()
    assert (small[42:] == PADDING).all()
    assert (small[14:42] != PADDING).any(axis=2).mean() > 0.9


@pytest.mark.parametrize("resize", ["area", "lanczos", "bilinear"])
def test_crop_takes_the_middle(resize: str) -> None:
    """The sides of a wide frame are not looked at."""
    bgr = np.zeros((56, 112, 3), np.uint8)
    bgr[:, 28:84] = (0, 0, 255)

    small = shown(Frame(0, bgr), resize=resize)

    assert (small == (255, 0, 0)).all()


@pytest.mark.parametrize("resize", ["area", "lanczos", "bilinear"])
def test_a_box_is_fitted_as_a_frame_is(resize: str) -> None:
    """Cutting out first gives the same."""
    frame = noise(224, 224)
    cut = Frame(0, np.ascontiguousarray(frame.bgr()[112:, 112:]))

    part = shown(frame, box=Box(0.5, 0.5, 0.5, 0.5), resize=resize)

    np.testing.assert_array_equal(part, shown(cut, resize=resize))


@pytest.mark.parametrize("size", [(3, 200), (200, 3), (1, 1), (5, 5)])
@pytest.mark.parametrize("fit", ["crop", "stretch", "letterbox"])
@pytest.mark.parametrize("resize", ["area", "lanczos", "bilinear"])
def test_any_frame_fits(size: tuple[int, int], fit: str, resize: str) -> None:
    """However thin or small."""
    assert shown(noise(*size), fit=fit, resize=resize).shape == (56, 56, 3)


@pytest.mark.parametrize(("width", "height"), [(180, 120), (67, 61), (40, 30)])
def test_pictures_to_compare_are_averaged_exactly(width: int, height: int) -> None:
    """Each pixel is the mean of all below it; what is too small is interpolated."""
    frame = noise(width, height)

    found = shown(frame, resize=EXACT)

    cut = (width - height) // 2
    square = frame.bgr()[:, cut : cut + height]
    way = cv2.INTER_AREA if height > 56 else cv2.INTER_LINEAR
    expected = cv2.resize(square, (56, 56), interpolation=way)[:, :, ::-1]
    np.testing.assert_array_equal(found, expected)
