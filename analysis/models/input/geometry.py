"""Geometry: which part of a frame fills which part of a model's input, and back.

Rectangles are (x, y, width, height), in pixels of the frame or of the input. ``crop``
takes the largest part in the middle that has the input's shape, ``stretch`` takes the
whole frame, and ``letterbox`` the whole frame undistorted, with grey around it.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.values.seen import Box, Rect, Size


@dataclass(frozen=True)
class Placement:
    """How a region of a frame lies in an input.

    Attributes:
        frame: the frame's size, width and height in pixels.
        region: the part of the frame that is to be looked at, in pixels.
        source: the part of the region that the model sees, in pixels.
        target: the part of the input that this fills, in pixels.
        input: the input's size.
    """

    frame: Size
    region: Rect
    source: Rect
    target: Rect
    input: Size

    def to_frame(self, left: float, top: float, right: float, bottom: float) -> Box:
        """Turn a box of the input (0 to 1) into one of the frame, cut at its edges."""
        x1, x2 = (self._along(0, each) for each in (left, right))
        y1, y2 = (self._along(1, each) for each in (top, bottom))
        return Box(x=x1, y=y1, width=max(0.0, x2 - x1), height=max(0.0, y2 - y1))

    def _along(self, axis: int, share: float) -> float:
        inside = (share * self.input[axis] - self.target[axis]) / self.target[axis + 2]
        pixel = self.source[axis] + inside * self.source[axis + 2]
        return min(1.0, max(0.0, pixel / self.frame[axis]))


def place(frame: Size, region: Rect, input_size: Size, fit: str) -> Placement:
    """Place a region of a frame in an input; ``fit`` is crop, stretch or letterbox."""
    source, target = region, (0, 0, *input_size)
    if fit == "crop":
        source = _middle(region, input_size)
    elif fit == "letterbox":
        target = _middle(target, (region[2], region[3]))
    return Placement(frame, region, source, target, input_size)


def region_of(frame: Size, box: Box) -> Rect:
    """Turn a box into a rectangle of the frame, at least one pixel wide and high."""
    left, top = int(box.x * frame[0]), int(box.y * frame[1])
    left, top = min(left, frame[0] - 1), min(top, frame[1] - 1)
    right = min(frame[0], round((box.x + box.width) * frame[0]))
    bottom = min(frame[1], round((box.y + box.height) * frame[1]))
    return left, top, max(1, right - left), max(1, bottom - top)


def _middle(outer: Rect, shape: Size) -> Rect:
    """Fit the largest rectangle of a shape's proportions into the middle of another."""
    x, y, width, height = outer
    scale = min(width / shape[0], height / shape[1])
    inner_width = max(1, round(shape[0] * scale))
    inner_height = max(1, round(shape[1] * scale))
    left, top = (width - inner_width) // 2, (height - inner_height) // 2
    return x + left, y + top, inner_width, inner_height
