"""PyAV, which is loaded when it is first used.

It brings an FFmpeg of its own: 25 MB in each worker, which footage as Raspberry Pis
write it, raw H.264 that says nothing of its rate, never needs.
"""

from __future__ import annotations

import sys
from importlib.util import LazyLoader, find_spec, module_from_spec
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import av

__all__ = ["av"]


def _lazy(name: str) -> ModuleType:
    """Return a module that loads itself once something of it is asked for.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    if name in sys.modules:
        return sys.modules[name]
    spec = find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    spec.loader = LazyLoader(spec.loader)
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


if not TYPE_CHECKING:
    av = _lazy("av")
