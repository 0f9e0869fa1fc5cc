"""From a frame to a model's input, with nothing done twice.

The frame is made small first; colour order, scale and quantisation are then a matter
of the small picture, and go straight into the engine's memory.
"""

from __future__ import annotations

from typing import Any, Optional

import cv2
from numpy.typing import NDArray

from analysis import ModelError
from analysis.config import ModelConfig
from analysis.frames import Frame
from analysis.models.geometry import Placement, place, region_of
from analysis.models.interpreter import Tensor
from analysis.models.lookup import Layout, Lookup
from analysis.models.normalise import Normalisation
from analysis.models.resize import reduce
from analysis.values import Box


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
        self._lookup = Lookup(normalisation, tensor, layout)
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
        placement, config = self._place(frame, box), self._config
        picture = reduce(frame, placement, config.fit, config.resize)
        if self._layout.channels == 1:
            picture = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        elif config.colour == "rgb":
            picture = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
        self._lookup.write(picture, view[0], placement.target)
        return placement

    def _place(self, frame: Frame, box: Optional[Box]) -> Placement:
        whole = (0, 0, *frame.size)
        region = whole if box is None else region_of(frame.size, box)
        last = self._placed
        if last is None or last.frame != frame.size or last.region != region:
            size = (self._layout.width, self._layout.height)
            last = self._placed = place(frame.size, region, size, self._config.fit)
        return last
