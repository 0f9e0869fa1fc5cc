"""Makes an output for picamera2 that gives whole units of the stream to a sink."""

from __future__ import annotations

import threading
from typing import Any, Optional

from capture.cameras import Sink


def output_class(base: type) -> type:
    """Return a class of picamera2 output that gives whole units to a sink.

    Its outputs never raise. They keep an error for the camera's ``wait``.

    Args:
        base: picamera2's class ``Output``.
    """

    class UnitOutput(base):  # type: ignore[misc]
        def __init__(self, sink: Sink) -> None:
            super().__init__()
            self._sink: Optional[Sink] = sink
            self.failed = threading.Event()
            self.error: Optional[Exception] = None

        def outputframe(self, frame: Any, *rest: Any, **named: Any) -> None:
            # picamera2 passes keyframe and timestamp; newer versions pass more.
            timestamp = named.get("timestamp", rest[1] if len(rest) > 1 else None)
            sink = self._sink
            if sink is None:
                return
            try:
                time_ms = None if timestamp is None else round(timestamp / 1000)
                sink.write(bytes(frame), time_ms)
            except Exception as exc:  # noqa: BLE001 - kept for ``wait``
                self.error = exc
                self.failed.set()

        def finish(self) -> None:
            self._sink = None

    return UnitOutput
