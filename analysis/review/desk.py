"""The desk: what is asked of the page, answered from items, labels and leases.

Everything here runs in one event loop; only the file of labels is written in another
thread, one step after the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Callable, Optional, TypeVar

from analysis import ReviewError
from analysis.record.labels.labelfile import FILE_NAME
from analysis.record.labels.labelreader import read_labels
from analysis.record.labels.labelstore import LabelStore
from analysis.review.items import Item
from analysis.review.leases import Leases
from analysis.review.queues import Filter, Queue, in_order
from analysis.review.said import DECIDED, OPEN, Said
from analysis.review.worklist import Worklist
from analysis.values.label import WITHDRAWN, Label
from weir.clock import Clock

_T = TypeVar("_T")
_MOMENT = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Asked:
    """What a person asks to be given next.

    Attributes:
        queue, filter: of these.
        person: who asks.
        after: behind this item; empty for the first ones.
        count: at most so many.
        holding: what the person has open, and keeps.
    """

    queue: Queue
    filter: Filter
    person: str
    after: str
    count: int
    holding: tuple[str, ...]


class Desk:
    """Gives items to people, and keeps what they say.

    Args:
        root: the analysis folder.
        clock: dates what is said, and measures leases.
    """

    def __init__(self, root: Path, clock: Clock) -> None:
        self.clock = clock
        self.work = Worklist(root / "results" / "weir.sqlite", clock)
        self.leases = Leases()
        self.said = Said()
        self._folder = root / "labels"
        self._store = LabelStore(self._folder)
        self._writing = asyncio.Lock()
        self._stamp: Optional[tuple[int, int, int]] = None
        self._is_read = False
        self._last_at: dict[str, datetime] = {}
        self._steps: dict[tuple[str, datetime], list[Label]] = {}
        self._orders: dict[tuple[int, str], list[Item]] = {}

    async def ready(self) -> None:
        """Bring items and labels up to date.

        Raises:
            StoreError: the labels cannot be read.
        """
        await self.work.ready()
        if not self._is_read or self._look() != self._stamp:
            async with self._writing:
                await self._read()

    def item(self, name: object) -> Item:
        """Return an item by its id.

        Raises:
            ReviewError: there is none.
        """
        found = self.work.items.get(name) if isinstance(name, str) else None
        if found is None:
            raise ReviewError("there is no such item, or no longer; load the page anew")
        return found

    def next(self, asked: Asked) -> list[Item]:
        """Return what a person is to look at, and lease it to them."""
        now_s = self.clock.monotonic()
        self.leases.take(asked.holding, asked.person, now_s)
        order = self._order(asked.queue)
        begin = 0
        if asked.after:
            places = (n for n, item in enumerate(order) if item.id == asked.after)
            begin = next(places, -1) + 1
        found: list[Item] = []
        for item in order[begin:]:
            if len(found) >= asked.count:
                break
            if not asked.filter.takes(item):
                continue
            if not self._is_wanted(asked, item):
                continue
            if self.leases.is_free(item.id, asked.person, now_s):
                found.append(item)
        self.leases.take([item.id for item in found], asked.person, now_s)
        return found

    def progress(self, queue: Queue, wanted: Filter) -> tuple[int, int]:
        """Return how many items of a queue are left, and how many it has."""
        states = [
            state
            for item in self.work.items.values()
            if wanted.takes(item) and queue.has(item, state := self.said.state(item))
        ]
        return states.count(queue.state), len(states)

    async def say(self, steps: Sequence[Sequence[Label]]) -> list[Label]:
        """Keep what a person says; each step is undone as one.

        Returns:
            What was added: a person who says the same again adds nothing.

        Raises:
            StoreError: it cannot be kept, and nothing of it was.
        """
        async with self._writing:
            await self._read()
            dated: list[Label] = []
            for step in steps:
                at = self._at(step[0].person) if step else self.clock.now()
                new = [replace(label, at=at) for label in step if self._is_new(label)]
                if new:
                    self._steps[(new[0].person, at)] = new
                dated += new
            if dated:
                await _in_thread(lambda: self._store.add(dated, self.clock.now()))
                self._take(dated)
            return dated

    def let_go(self, labels: Iterable[Label]) -> None:
        """Let others look at what was decided; what is left over is theirs to find."""
        stretches = {label.stretch for label in labels}
        self.leases.drop(
            item.id
            for item in self.work.items.values()
            if (item.sha256, item.first, item.last) in stretches
        )

    async def undo(self, person: str) -> list[Label]:
        """Take a person's last step back.

        Returns:
            The decisions that were taken back; none if nothing is left.

        Raises:
            StoreError: it cannot be taken back.
        """
        async with self._writing:
            await self._read()
            last = self.said.last_of(person)
            if last is None:
                return []
            step = self._steps.pop((person, last.at), [last])
            await _in_thread(lambda: self._store.withdraw(step, self.clock.now()))
            self._take([replace(label, verdict=WITHDRAWN) for label in step])
            return step

    async def close(self) -> None:
        """Wait for what is being written."""
        async with self._writing:
            await self.work.close()

    def _is_wanted(self, asked: Asked, item: Item) -> bool:
        state = self.said.state(item)
        if asked.filter.said == DECIDED:
            return asked.queue.has(item, state) and state != OPEN
        return state == asked.queue.state

    def _order(self, queue: Queue) -> list[Item]:
        key = (self.work.version, queue.name)
        if key not in self._orders:
            self._orders = {k: v for k, v in self._orders.items() if k[0] == key[0]}
            self._orders[key] = in_order(queue, self.work.items.values())
        return self._orders[key]

    def _at(self, person: str) -> datetime:
        """Return the present moment; no person says two things at the same one."""
        now = self.clock.now()
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        last = self._last_at.get(person)
        if last and last < now + timedelta(minutes=1):
            now = max(now, last + _MOMENT)
        self._last_at[person] = now
        return now

    def _is_new(self, label: Label) -> bool:
        """Whether the person does not say just this of just these frames already."""
        standing = self.said.book(label.sha256).of_clip(label.sha256)
        return not any(
            known.stretch == label.stretch
            and known.person == label.person
            and known.words == label.words
            for known in standing
        )

    async def _read(self) -> None:
        """Read all labels if somebody else has written some."""
        stamp = self._look()
        if self._is_read and stamp == self._stamp:
            return
        labels = await _in_thread(lambda: read_labels(self._folder))
        self.said, self._is_read = Said(labels), True
        self._stamp = self._look()

    def _take(self, labels: Sequence[Label]) -> None:
        """Take what was just written by us."""
        self.said.add(labels)
        self._stamp = self._look()

    def _look(self) -> Optional[tuple[int, int, int]]:
        with suppress(OSError):
            facts = (self._folder / FILE_NAME).stat()
            return facts.st_ino, facts.st_mtime_ns, facts.st_size
        return None


async def _in_thread(work: Callable[[], _T]) -> _T:
    return await asyncio.get_running_loop().run_in_executor(None, work)
