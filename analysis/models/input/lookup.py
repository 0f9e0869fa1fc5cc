"""Lookup: a table turns each pixel into an element of the input, of any type.

Where elements are float32, and all channels alike, a product and a sum with vector
instructions make the same elements in two thirds of the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.frames.halving import Image
from analysis.models.input.normalise import Normalisation
from analysis.models.interpreter import Tensor
from analysis.values.seen import Rect

PADDING = 114
"""The grey around a letterboxed frame, as YOLO's trainers paint it."""


@dataclass(frozen=True)
class Layout:
    """How an input holds a picture.

    Attributes:
        width, height: in pixels.
        channels: 3, or 1 for grey.
        channels_first: whether the channels come before the rows.
        is_flat: whether it has no axis for its one channel.
    """

    width: int
    height: int
    channels: int
    channels_first: bool
    is_flat: bool = False


class Lookup:
    """Writes small pictures into an input.

    Args:
        normalisation: how a pixel becomes a value.
        tensor: the input.
        layout: how the input holds a picture.
    """

    def __init__(
        self, normalisation: Normalisation, tensor: Tensor, layout: Layout
    ) -> None:
        # OpenCV takes the table as a picture of 1 x 256 pixels.
        table = np.ascontiguousarray(normalisation.table(tensor)[None])
        last = table.shape[2] - 1
        self._table = table if layout.channels == 3 else table[:, :, :1].copy()
        self._is_alike = bool((table == table[:, :, :1]).all())
        self._line = _line(normalisation, table[0, :, 0]) if self._is_alike else None
        self._planes = [table[:, :, min(each, last)].copy() for each in range(3)]
        self._layout = layout

    def write(self, picture: Image, view: NDArray[Any], target: Rect) -> None:
        """Fill an input.

        Args:
            picture: (height, width[, 3]) uint8, of the target's size, channels in the
                model's order.
            view: the input's memory, without its batch.
            target: the part of the input that the picture fills.
        """
        layout = self._layout
        view = view[:, :, None] if layout.is_flat else view
        if target[2:] != (layout.width, layout.height):
            # This is done for every picture: the engine may have overwritten it.
            grey = self._table[0, PADDING]
            view[...] = grey[:, None, None] if layout.channels_first else grey
        if layout.channels == 1:
            plane = view[0] if layout.channels_first else view[:, :, 0]
            self._put(picture, self._planes[0], _part(plane, target))
        elif layout.channels_first:
            for channel, table in enumerate(self._planes):
                plane = _part(view[channel], target)
                self._put(picture[:, :, channel], table, plane)
        else:
            self._put(picture, self._table, _part(view, target))

    def _put(self, picture: Image, table: NDArray[Any], view: NDArray[Any]) -> None:
        if view.flags.c_contiguous and self._line:
            scale, offset = self._line
            np.copyto(view, picture.reshape(view.shape))
            np.multiply(view, scale, out=view)
            np.add(view, offset, out=view)
        elif view.flags.c_contiguous and self._is_alike:
            # Nor does it matter then what is a channel: one table takes half the time.
            flat = (len(picture), -1)
            cv2.LUT(picture.reshape(flat), self._planes[0], dst=view.reshape(flat))
        elif view.flags.c_contiguous:
            cv2.LUT(picture, table, dst=view)
        else:
            # OpenCV only writes into memory that lies in one piece.
            view[...] = cv2.LUT(picture, table)


def _line(
    normalisation: Normalisation, table: NDArray[Any]
) -> Optional[tuple[np.float32, np.float32]]:
    """Return the scale and offset that make exactly a table; None where none do."""
    if table.dtype != np.float32:
        return None
    scale, offset = (
        np.float32(normalisation.scale[0]),
        np.float32(normalisation.offset[0]),
    )
    with np.errstate(over="ignore"):
        made = np.arange(256, dtype=np.float32) * scale + offset
    return (scale, offset) if np.array_equal(made, table) else None


def _part(view: NDArray[Any], target: Rect) -> NDArray[Any]:
    x, y, width, height = target
    return view[y : y + height, x : x + width]
