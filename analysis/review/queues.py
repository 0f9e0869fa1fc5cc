"""Queues: which items a person is asked about, and in which order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Callable

from analysis.review.items import ENCOUNTER, MOMENT, Item
from analysis.review.said import AGAIN, CONFLICT, OPEN
from analysis.values.seen import STATIC

_SHARE = 10
"""One in so many of the sure ones is drawn."""


@dataclass(frozen=True)
class Queue:
    """A queue.

    Attributes:
        name: in addresses.
        title, words: for people.
        holds: whether an item belongs to it, whatever was said of it.
        state: an item in this state is still to be looked at.
        order: the key by which items are sorted.
    """

    name: str
    title: str
    words: str
    holds: Callable[[Item], bool]
    state: str
    order: Callable[[Item], tuple[object, ...]]

    def has(self, item: Item, state: str) -> bool:
        """Whether an item is in it; of two queues only while it is in their state."""
        return self.holds(item) and (self.state == OPEN or state == self.state)


@dataclass(frozen=True)
class Filter:
    """What a person wants to see of a queue; an empty text is everything.

    Attributes:
        kind: a species or label, ``moment`` or ``lost``.
        status: counted, doubtful, static, moment or lost.
        clip: the sha256 of one clip.
        said: ``decided`` for what was decided already; empty for the rest.
    """

    day: str = ""
    camera: str = ""
    kind: str = ""
    status: str = ""
    clip: str = ""
    said: str = ""

    def takes(self, item: Item) -> bool:
        """Whether an item is wanted, whatever was said of it."""
        return (
            self.day in ("", item.day)
            and self.camera in ("", item.camera)
            and self.kind in ("", item.kind)
            and self.status in ("", item.status or item.sort)
            and self.clip in ("", item.sha256)
        )


def drawn(item: Item) -> bool:
    """Whether an item is in the random tenth; the same frames always are, or never."""
    return _lot(item) % _SHARE == 0


def in_order(queue: Queue, items: Iterable[Item]) -> list[Item]:
    """Return the items of a queue in the order in which a person is asked."""
    return sorted(filter(queue.holds, items), key=queue.order)


def _lot(item: Item) -> int:
    text = f"{item.sha256} {item.first} {item.last}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def _by_time(item: Item) -> tuple[object, ...]:
    return (item.deployment, item.camera, item.day, item.clip, item.sha256, item.first)


def _by_need(item: Item) -> tuple[object, ...]:
    """Doubtful ones before the drawn, these before moments, and static ones last.

    The first of all are those that the whole clip speaks for, and the water around
    their time against.
    """
    if item.is_first:
        return (-1, 0, -item.score, item.id)
    if item.doubts:
        return (0, -len(item.doubts), item.score - item.threshold, item.id)
    if item.is_sure:
        return (1, 0, float(_lot(item)), item.id)
    if item.sort == MOMENT:
        return (2, item.rank, 0.0, item.id)
    return (3, 0, -item.score, item.id)


def _is_work(item: Item) -> bool:
    """Whether an item is in one of the queues that every season has."""
    if item.is_sure:
        return drawn(item)
    return item.sort in (ENCOUNTER, MOMENT)


def _every(_: Item) -> bool:
    return True


_ALL = (
    Queue(
        "work",
        "Everything to do",
        "the doubtful, a tenth of the sure, moments and static ones, in this order",
        *(_is_work, OPEN, _by_need),
    ),
    Queue(
        "doubtful",
        "Doubtful",
        "near the threshold, between two species, in one frame, or of doubtful look",
        *(lambda item: bool(item.doubts), OPEN, _by_need),
    ),
    Queue(
        "sure",
        "A tenth of the sure ones",
        "drawn by lot, so that what you find there holds for all of them",
        *(lambda item: item.is_sure and drawn(item), OPEN, _by_need),
    ),
    Queue(
        "moments",
        "Moments",
        "moved, and was not called a fish; the likeliest first",
        *(lambda item: item.sort == MOMENT, OPEN, _by_need),
    ),
    Queue(
        "static",
        "Static",
        "called a fish, but nothing in it moved",
        *(lambda item: item.status == STATIC, OPEN, _by_need),
    ),
    Queue(
        "again",
        "Look again",
        "somebody was not sure, or the newest run does not see what was decided",
        *(_every, AGAIN, _by_time),
    ),
    Queue(
        "conflicts",
        "Conflicts",
        "two people say different things",
        *(_every, CONFLICT, _by_time),
    ),
    Queue(
        "encounters",
        "All encounters",
        "counted or not, clip by clip",
        *(lambda item: item.sort == ENCOUNTER, OPEN, _by_time),
    ),
    Queue(
        "all",
        "All",
        "every encounter and moment, clip by clip",
        *(_every, OPEN, _by_time),
    ),
)

QUEUES: Mapping[str, Queue] = {queue.name: queue for queue in _ALL}
