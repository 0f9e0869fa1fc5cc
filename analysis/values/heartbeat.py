"""What long work calls while it goes on."""

from __future__ import annotations

from typing import Callable

Heartbeat = Callable[[], None]
"""Called again and again; it feeds the watchdog, and may raise to end the work."""
