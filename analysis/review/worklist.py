"""The worklist: all items of the record, read anew when the record has grown."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Optional

from analysis.home import HOME
from analysis.record.file.reader import copy_of
from analysis.review.items import Item, parsed
from weir.clock import Clock

_PAUSE_S = 15.0
_RETRIES_S = (0.2, 0.5)
_SHARE = 20  # of the time that reading takes, the pause to the next one
_SIDES = ("", "-wal")

Stamp = tuple[tuple[int, int], ...]


class Worklist:
    """The items of a record.

    Args:
        record: the record's path.
        clock: measures the pauses.

    Attributes:
        items: all of them, by their ids, clip by clip.
        species: what the runs' models can name.
        version: goes up with each reading that found something.
        problem: why the record could not be read; empty if it could.
        is_read: whether it was tried yet.
    """

    def __init__(self, record: Path, clock: Clock) -> None:
        self._record, self._clock = record, clock
        self.items: dict[str, Item] = {}
        self.species: tuple[str, ...] = ()
        self.problem, self.is_read = "", False
        self.version = 0
        self._stamp: Optional[Stamp] = None
        self._next_s = float("-inf")
        self._reading: Optional[asyncio.Task[None]] = None

    async def ready(self) -> None:
        """Wait for the first reading, and begin another one if the record has grown."""
        if self._reading is None or self._reading.done():
            now_s = self._clock.monotonic()
            if now_s < self._next_s:
                return
            stamp = self._look()
            if stamp == self._stamp:
                return
            self._reading = asyncio.ensure_future(self._read(stamp, now_s))
        if not self.is_read:
            await asyncio.shield(self._reading)

    async def _read(self, stamp: Stamp, began_s: float) -> None:
        for pause_s in (*_RETRIES_S, 0.0):
            problem = await self._try()
            if not problem:
                self._stamp = stamp
                break
            await asyncio.sleep(pause_s)  # the daemon may just have opened it
        took_s = self._clock.monotonic() - began_s
        self._next_s = self._clock.monotonic() + max(_PAUSE_S, _SHARE * took_s)
        self.problem, self.is_read = problem, True

    async def _try(self) -> str:
        """Read everything once. Returns: why it could not be read."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "analysis.review.reading"),
            str(self._record.absolute()),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=HOME,
            limit=1 << 20,
        )
        try:
            return await self._take(process)
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.communicate()

    async def _take(self, process: asyncio.subprocess.Process) -> str:
        """Take what the process writes. Returns: why it could not read the record."""
        if process.stdout is None or process.stderr is None:
            return "it has no pipes"
        species = await process.stdout.readline()
        items: dict[str, Item] = {}
        async for line in process.stdout:
            item = parsed(line)
            items[item.id] = item
        said = (await process.stderr.read()).decode("utf-8", "replace")
        code = await process.wait()
        if code:
            return said.strip()[-1000:] or f"exit {code}"
        self.items, self.species = items, tuple(json.loads(species))
        self.version += 1
        return ""

    async def close(self) -> None:
        """Break off what is read."""
        if self._reading and not self._reading.done():
            self._reading.cancel()
            with suppress(asyncio.CancelledError):
                await self._reading

    def _look(self) -> Stamp:
        """Return when record and copy were written to last, and how long they are."""
        paths = [self._record.with_name(self._record.name + side) for side in _SIDES]
        found: list[tuple[int, int]] = []
        for path in (*paths, copy_of(self._record)):
            with suppress(OSError):
                facts = path.stat()
                found.append((facts.st_mtime_ns, facts.st_size))
        return tuple(found)
