"""Samples of a whole clip, however long it is: a second background is made of them."""

from __future__ import annotations

from typing import Generic, TypeVar

_MOST = 63
_Sample = TypeVar("_Sample")


class Evenly(Generic[_Sample]):
    """Keeps 32 to 63 samples, evenly over all that were offered.

    When there would be more, every second one is dropped, and only every second one of
    those that follow is kept.
    """

    def __init__(self) -> None:
        self.samples: list[_Sample] = []
        self._every, self._offered = 1, 0

    def offer(self, sample: _Sample) -> None:
        """Take the next sample, or leave it."""
        if self._offered % self._every == 0:
            self.samples.append(sample)
        self._offered += 1
        if len(self.samples) > _MOST:
            self.samples = self.samples[::2]
            self._every *= 2
