"""Bounds how many bytes of clips and models are on their way at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

MOST_BYTES = 512 << 20


class Budget:
    """So many bytes may be on their way; who would be more waits.

    Args:
        most_bytes: how many; a single thing may not be larger.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most = self._left = most_bytes
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def spending(self, count: int) -> AsyncIterator[None]:
        """Wait for so many bytes, and hold them while the block runs."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._left >= count)
            self._left -= count
        try:
            yield
        finally:
            self._left += count
            async with self._changed:
                self._changed.notify_all()
