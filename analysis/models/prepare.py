"""From a frame to a model's input, with nothing done twice.

The frame is made small first; colour order, scale and quantisation are then a matter of
the small picture, written straight into the engine's memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis import ModelError
from analysis.config import ModelConfig
from analysis.frames import Frame, Image
from analysis.models.geometry import Placement, place, region_of
from analysis.models.interpreter import Tensor
from analysis.models.normalise import Normalisation
from analysis.models.resize import resize
from analysis.values import Box


@dataclass(frozen=True)
class Layout:
    """How an input holds a picture.

    Attributes:
        width, height: in pixels.
        channels: 3, or 1 for grey.
        channels_first: whether the channels come before the rows.
    """

    width: int
    height: int
    channels: int
    channels_first: bool


def layout_of(tensor: Tensor, name: str) -> Layout:
    """How this input holds a picture; raises ModelError when it cannot hold one."""
    shape = tensor.shape
    if len(shape) == 4 and shape[0] == 1 and min(shape[1:]) > 0:
        if shape[3] in (1, 3) and min(shape[1:3]) > 1:
            return Layout(shape[2], shape[1], shape[3], channels_first=False)
        if shape[1] in (1, 3) and min(shape[2:]) > 1:
            return Layout(shape[3], shape[2], shape[1], channels_first=True)
    raise ModelError(
        f"{name}: its input is {tensor}; expected one picture, [1, height, width, 3] "
        "or [1, 3, height, width] (or 1 channel), of fixed size: export it so"
    )


class Preparer:
    """Fills a model's input from frames.

    Args:
        config: resize, fit and colour.
        tensor: the model's input.
        layout: how it holds a picture.
        normalisation: how a pixel becomes a value.

    Raises:
        ModelError: the input's type is none that pixels can become.
    """

    def __init__(
        self,
        config: ModelConfig,
        tensor: Tensor,
        layout: Layout,
        normalisation: Normalisation,
    ) -> None:
        self._config = config
        self._layout = layout
        # OpenCV wants a table as a picture of 1 x 256, its channels innermost.
        table = normalisation.table(tensor)
        self._table = np.ascontiguousarray(table[None])
        self._planes = [
            np.ascontiguousarray(table[None, :, min(channel, table.shape[1] - 1)])
            for channel in range(layout.channels)
        ]
        self._swap = config.colour == "rgb"
        self._placed: Optional[Placement] = None

    def fill(self, view: NDArray[Any], frame: Frame, box: Optional[Box]) -> Placement:
        """Write a frame, or a box of it, into an input.

        Args:
            view: the input's memory.
            frame: the frame.
            box: the part of it to look at; None for all of it.

        Returns:
            How the frame lies in the input.
        """
        placement = self._place(frame, box)
        config = self._config
        small = resize(frame, placement, config.fit, config.resize)
        self._write(small, view[0])
        return placement

    def _place(self, frame: Frame, box: Optional[Box]) -> Placement:
        whole = (0, 0, *frame.size)
        region = whole if box is None else region_of(frame.size, box)
        last = self._placed
        if last is None or last.frame != frame.size or last.region != region:
            size = (self._layout.width, self._layout.height)
            last = self._placed = place(frame.size, region, size, self._config.fit)
        return last

    def _write(self, small: Image, view: NDArray[Any]) -> None:
        if self._layout.channels == 1:
            small = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
        elif self._swap:
            small = cv2.cvtColor(small, cv2.COLOR_BGR2RGB)
        if self._layout.channels == 1:
            plane = view[0] if self._layout.channels_first else view[:, :, 0]
            _look_up(small, self._planes[0], plane)
        elif self._layout.channels_first:
            for channel, table in enumerate(self._planes):
                _look_up(small[:, :, channel], table, view[channel])
        else:
            _look_up(small, self._table, view)


def _look_up(small: Image, table: NDArray[Any], view: NDArray[Any]) -> None:
    """Put the table's element for each pixel into a view, in place where OpenCV can."""
    written = cv2.LUT(small, table, dst=view)
    if written is not view:
        view[...] = written
