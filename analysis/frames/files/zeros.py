"""The zeros that a file ends in: room that was kept for it, and never written to."""

from __future__ import annotations

from pathlib import Path

LEAST = 512
"""Bytes; a stream's encoder may fill up its end with fewer."""

_CHUNK = 1 << 20


def zeros_at_end(path: Path) -> int:
    """Count the zeros that a file ends in.

    Returns:
        How many bytes; 0 for fewer than ``LEAST``.

    Raises:
        OSError: it cannot be read.
    """
    count, at = 0, path.stat().st_size
    with path.open("rb") as file:
        while at > 0:
            size = min(_CHUNK, at)
            at -= size
            file.seek(at)
            chunk = file.read(size)
            solid = chunk.rstrip(b"\0")
            count += len(chunk) - len(solid)
            if solid:
                break
    return count if count >= LEAST else 0
