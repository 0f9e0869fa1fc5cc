"""How many times: all of them under ``make soak``, a tenth in ``make test``."""

from __future__ import annotations

import os

SOAK = bool(os.environ.get("WEIR_SOAK"))


def times(full: int) -> int:
    """The count to use of one that is asked for in full."""
    return full if SOAK else max(1, full // 10)
