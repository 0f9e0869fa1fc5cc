"""PyAV, which is loaded when it is first used.

It brings an FFmpeg of its own: 25 MB in each worker, which footage as Raspberry Pis
write it, raw H.264 that says nothing of its rate, never needs. Several threads may be
the first at once, as those that answer browsers: the import itself makes them wait for
each other, which ``importlib.util.LazyLoader`` does not on older Pythons.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import av

__all__ = ["av"]


class _PyAV:
    """Stands for the module, and asks it for everything."""

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module("av"), name)


if not TYPE_CHECKING:
    av = _PyAV()
