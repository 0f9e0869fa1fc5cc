"""The function that long work calls while it goes on."""

from __future__ import annotations

from typing import Callable

Heartbeat = Callable[[], None]
"""It feeds the watchdog; it may raise to end the work."""
