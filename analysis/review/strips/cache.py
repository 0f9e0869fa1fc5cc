"""Strips as files in a bounded cache, made one at a time, the one that is seen first.

One process makes them. It is started for the first strip, ends when none was wanted for
a while, and is started again if a clip killed it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import stat
import sys
import tempfile
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import Optional

from analysis.home import HOME
from analysis.review.items import Item, written

_PREFIX = "weir-review-"
_IDLE_S = 60.0
_LONGEST_S = 60.0
_MOST_BYTES = 256 << 20
_MOST_WAITING = 64


class Strips:
    """The strips of an analysis folder; used from one event loop.

    Args:
        root: the folder.
        most_bytes: how large the cache may become.
    """

    def __init__(self, root: Path, most_bytes: int = _MOST_BYTES) -> None:
        self._root, self._most_bytes = root, most_bytes
        _sweep(Path(tempfile.gettempdir()))
        self._folder = tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-")
        self._path = Path(self._folder.name)
        self._kept: OrderedDict[str, int] = OrderedDict()
        self._making: dict[str, asyncio.Task[str]] = {}
        self._turn = _Turn()
        self._process: Optional[asyncio.subprocess.Process] = None
        self._used = 0

    async def strip(self, item: Item, *, is_seen: bool) -> tuple[Optional[Path], str]:
        """Return the file of an item's strip, which is made if it is not there.

        Args:
            item: what it shows.
            is_seen: whether somebody waits for it; others are made ahead.

        Returns:
            The file; or None, and why there is none.
        """
        name = _name(item)
        if name in self._kept:
            self._kept.move_to_end(name)
            return self._path / name, ""
        if name not in self._making:
            if len(self._making) >= _MOST_WAITING:
                return None, "too many strips are wanted at once; try again"
            self._making[name] = asyncio.ensure_future(
                self._made(item, name, is_seen=is_seen)
            )
        elif is_seen:
            self._turn.hurry(name)
        problem = await asyncio.shield(self._making[name])
        return (None, problem) if problem else (self._path / name, "")

    async def close(self) -> None:
        """End the process, and remove the cache."""
        for task in self._making.values():
            task.cancel()
        await self._end()
        self._folder.cleanup()

    async def _made(self, item: Item, name: str, *, is_seen: bool) -> str:
        """Make a strip. Returns: why there is none; an empty text if it is there."""
        try:
            await self._turn.take(name, is_first=is_seen)
            try:
                problem = await self._asked(item, self._path / name)
            finally:
                self._turn.give()
            if not problem:
                self._keep(name)
            return problem
        finally:
            del self._making[name]

    async def _asked(self, item: Item, target: Path) -> str:
        process = self._process or await self._start()
        line = next(written([item])).encode("ascii")
        asked = os.fsencode(target) + b" " + line + b"\n"
        try:
            answer = await asyncio.wait_for(_answer(process, asked), _LONGEST_S)
        except (OSError, asyncio.TimeoutError):
            answer = b""
        if not answer:
            await self._end()
            return "its footage cannot be decoded here: the decoder died or hung"
        self._used += 1
        asyncio.get_running_loop().call_later(_IDLE_S, self._rest, self._used)
        return str(json.loads(answer))

    async def _start(self) -> asyncio.subprocess.Process:
        scratch = self._path / "clips"
        scratch.mkdir(exist_ok=True)
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "analysis.review.strips.worker"),
            *(str(self._root.absolute()), str(scratch)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=HOME,
            start_new_session=True,
        )
        return self._process

    def _rest(self, used: int) -> None:
        """End the process if nothing was wanted since."""
        if used == self._used and not self._making:
            self._ending = asyncio.ensure_future(self._end())

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.communicate()

    def _keep(self, name: str) -> None:
        self._kept[name] = (self._path / name).stat().st_size
        while len(self._kept) > 1 and sum(self._kept.values()) > self._most_bytes:
            old, _ = self._kept.popitem(last=False)
            (self._path / old).unlink(missing_ok=True)


async def _answer(process: asyncio.subprocess.Process, asked: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        return b""
    process.stdin.write(asked)
    await process.stdin.drain()
    return await process.stdout.readline()


class _Turn:
    """A lock that is given first to those for whom somebody waits."""

    def __init__(self) -> None:
        self._is_taken = False
        self._waiting: OrderedDict[str, asyncio.Future[None]] = OrderedDict()

    async def take(self, name: str, *, is_first: bool) -> None:
        if not self._is_taken:
            self._is_taken = True
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting[name] = turn
        if is_first:
            self.hurry(name)
        await turn

    def give(self) -> None:
        while self._waiting:
            _, turn = self._waiting.popitem(last=False)
            if not turn.done():
                turn.set_result(None)
                return
        self._is_taken = False

    def hurry(self, name: str) -> None:
        if name in self._waiting:
            self._waiting.move_to_end(name, last=False)


def _sweep(folder: Path) -> None:
    """Remove what processes of this user left that were killed."""
    for left in folder.glob(f"{_PREFIX}*-*"):
        process = left.name[len(_PREFIX) :].partition("-")[0]
        with suppress(OSError):
            facts = left.lstat()
            is_ours = stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid()
            if is_ours and process.isdigit() and not Path("/proc", process).exists():
                shutil.rmtree(left, ignore_errors=True)


def _name(item: Item) -> str:
    """Return a file's name that no letter of a clip's name is part of."""
    words = f"{item.sha256} {item.run} {item.first} {item.last} {item.best} {item.id}"
    return hashlib.sha256(words.encode()).hexdigest()[:32]
