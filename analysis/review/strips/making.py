"""Makes a strip: which frames are shown, as JPEGs, with the boxes that are in them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import cv2

from analysis.frames.halving import Image
from analysis.frames.piece import piece
from analysis.review.items import Outline

_MOST_SHOWN = 32
_MOST_DECODED = 1500
_WIDTH = 960
_QUALITY = 82
_BEFORE_S, _LEAST_BEFORE = 1.5, 4
_SLOW_HZ, _FAST_HZ = 4.0, 12.0

Boxes = dict[int, list[tuple[Outline, str, float]]]
"""The boxes of each frame, each with its label and score."""


@dataclass(frozen=True)
class Wanted:
    """What a strip is to show.

    Attributes:
        first, last, best: the frames of the moment, and the one that it is known by.
        frames, framerate: how many the clip has, and how many a second.
        rotate: degrees clockwise.
        is_even: whether they follow each other evenly.
    """

    first: int
    last: int
    best: int
    frames: int
    framerate: float
    rotate: int
    is_even: bool

    def numbers(self) -> list[int]:
        """Return the frames to show: the moment, and a little before and after it."""
        around = max(_LEAST_BEFORE, round(_BEFORE_S * self.framerate))
        first = max(0, self.first - around, self.best - _MOST_DECODED // 2)
        last = min(self.last + around, self.best + _MOST_DECODED // 2)
        last = max(first, min(last, self.frames - 1))
        step = -(-(last - first + 1) // _MOST_SHOWN)
        begin = first + (self.best - first) % step
        return list(range(begin, last + 1, step))


def make(path: Path, wanted: Wanted, boxes: Boxes) -> bytes:
    """Decode the frames, and return the strip.

    Its first line is JSON: how fast it plays, and each frame's number, boxes and place
    in the bytes that follow.

    Raises:
        DecodeError: not one of the frames can be decoded.
    """
    numbers = wanted.numbers()
    shown = set(numbers)
    pictures: list[bytes] = []
    told: list[dict[str, object]] = []
    rate = wanted.framerate if wanted.is_even else 0.0
    ends = numbers[0], numbers[-1]
    with piece(
        path, *ends, frames=wanted.frames, rate=rate, rotate=wanted.rotate
    ) as frames:
        for frame in frames:
            if frame.index in shown:
                pictures.append(_jpeg(frame.bgr()))
                size, own = len(pictures[-1]), boxes.get(frame.index, [])
                told.append({"n": frame.index, "size": size, "boxes": own})
    step = numbers[1] - numbers[0] if len(numbers) > 1 else 1
    pace = min(max(wanted.framerate / step, _SLOW_HZ), _FAST_HZ)
    head = json.dumps({"rate": pace, "frames": told}, ensure_ascii=True)
    return head.encode("ascii") + b"\n" + b"".join(pictures)


def _jpeg(image: Image) -> bytes:
    height, width = image.shape[:2]
    if width > _WIDTH:
        size = (_WIDTH, max(1, round(height * _WIDTH / width)))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    options = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
    return bytes(cv2.imencode(".jpg", image, options)[1])
