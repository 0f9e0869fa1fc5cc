"""A frame is prepared for a model: made small, and written into the model's input.

The frame is made small first. Colour order, scale and quantisation then only concern
the small picture, which is written straight into the engine's memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Optional

import cv2
from numpy.typing import NDArray

from analysis import ModelError
from analysis.config import ModelConfig
from analysis.frames.frames import Frame
from analysis.frames.halving import Image
from analysis.models.input.geometry import Placement, place, region_of
from analysis.models.input.lookup import Layout, Lookup
from analysis.models.input.normalise import Normalisation
from analysis.models.input.resize import Resizing, plan, resize
from analysis.models.interpreter import Tensor
from analysis.values.seen import Box, Rect, Size


def layout_of(tensor: Tensor, name: str) -> Layout:
    """Find out how an input holds a picture.

    Raises:
        ModelError: the input cannot hold a picture.
    """
    shape = tensor.shape
    if len(shape) == 3 and shape[0] == 1 and min(shape[1:]) > 1:
        return Layout(shape[2], shape[1], 1, channels_first=False, is_flat=True)
    if len(shape) == 4 and shape[0] == 1 and min(shape[1:]) > 0:
        if shape[3] in (1, 3) and min(shape[1:3]) > 1:
            return Layout(shape[2], shape[1], shape[3], channels_first=False)
        if shape[1] in (1, 3) and min(shape[2:]) > 1:
            return Layout(shape[3], shape[2], shape[1], channels_first=True)
    raise ModelError(
        f"{name}: its input is {tensor}; expected one picture, [1, height, width, 3] "
        "or [1, 3, height, width] (or 1 channel, or [1, height, width]): export it so"
    )


@dataclass(frozen=True)
class Prepared:
    """A frame, made as small as a model's input.

    Attributes:
        picture: (height, width[, 3]) uint8, channels in the model's order.
        placement: which part of the frame it is, and where it goes.
    """

    picture: Image
    placement: Placement


class Preparer:
    """Turns frames into a model's input.

    Args:
        config: resize, fit and colour.
        tensor: the model's input.
        layout: how it holds a picture.
        normalisation: how a pixel becomes a value.

    Raises:
        ModelError: pixels cannot become the input's type.
    """

    def __init__(
        self,
        config: ModelConfig,
        tensor: Tensor,
        layout: Layout,
        normalisation: Normalisation,
    ) -> None:
        self._config = config
        self._fit = "crop" if config.fit == "auto" else config.fit
        self._layout = layout
        self._lookup = Lookup(normalisation, tensor, layout)
        # All whole frames of a clip have the same plan; only boxes have others.
        self._plan = lru_cache(maxsize=64)(self._decide)
        size = (layout.width, layout.height, layout.channels)
        self._way = (*size, self._fit, config.resize, config.colour)

    def picture(self, frame: Frame, box: Optional[Box]) -> Prepared:
        """Make a frame, or a box of it, as small as the input.

        Detector and classifier often need the same picture of a frame, which is then
        made once.

        Args:
            frame: the frame.
            box: the part to look at; None for the whole frame.
        """
        if box is not None:
            return self._make(frame, box)
        return frame.once(self._way, lambda: self._make(frame, None))

    def _make(self, frame: Frame, box: Optional[Box]) -> Prepared:
        size = frame.size
        how = self._plan(size, (0, 0, *size) if box is None else region_of(size, box))
        small = resize(frame, how)
        # Each of these copies, so that the picture outlives the frame's buffer.
        if self._layout.channels == 1:
            picture = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
        elif self._config.colour == "rgb":
            picture = cv2.cvtColor(small, cv2.COLOR_BGR2RGB)
        else:
            picture = small.copy()
        return Prepared(picture, how.placement)

    def field(self, size: Size) -> Rect:
        """Return the part of a whole frame of this size that the model sees."""
        return self._plan(size, (0, 0, *size)).placement.source

    def write(self, prepared: Prepared, view: NDArray[Any]) -> None:
        """Write a picture into an input's memory."""
        self._lookup.write(prepared.picture, view[0], prepared.placement.target)

    def _decide(self, size: Size, region: Rect) -> Resizing:
        wanted = (self._layout.width, self._layout.height)
        placement = place(size, region, wanted, self._fit)
        return plan(placement, self._fit, self._config.resize)
