"""Keeps the workers of the cluster: which are fit, which are free, which rest."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Callable, Optional

_REST_S = 30.0


@dataclass(eq=False)
class Member:
    """A worker process of Dask.

    Attributes:
        address: where it answers.
        threads: how many jobs it works at a time.
        host: the name of its machine; empty until it has introduced itself.
        is_fit: whether it runs the same versions as the daemon.
        shares: whether it can read the daemon's folder.
        busy: how many jobs it has now.
        rests_until_s: nothing is given to it before; something failed there.
        gone: set when it has left the cluster.
    """

    address: str
    threads: int
    host: str = ""
    is_fit: bool = False
    shares: bool = False
    busy: int = 0
    rests_until_s: float = float("-inf")
    gone: asyncio.Event = field(default_factory=asyncio.Event)


class Crew:
    """The workers of the cluster, as far as they are known.

    Args:
        monotonic: tells the time by which members rest.

    Attributes:
        members: by their addresses.
        refused: why the others are not used, by their addresses.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._changed = asyncio.Condition()
        self.members: dict[str, Member] = {}
        self.refused: dict[str, str] = {}

    @property
    def threads(self) -> int:
        """How many jobs all fit members work at a time."""
        return sum(m.threads for m in self.members.values() if m.is_fit)

    def update(self, there: dict[str, int]) -> tuple[list[Member], list[Member]]:
        """Learn which workers are there.

        Args:
            there: the threads of each, by its address.

        Returns:
            Those that are new, and those that have gone.
        """
        left = [m for address, m in self.members.items() if address not in there]
        for member in left:
            member.gone.set()
            del self.members[member.address]
        self.refused = {a: why for a, why in self.refused.items() if a in there}
        new = [
            Member(address, threads)
            for address, threads in there.items()
            if address not in self.members
        ]
        self.members.update((member.address, member) for member in new)
        return new, left

    async def take(self) -> Member:
        """Wait until a fit member is free, and reserve a place there."""
        async with self._changed:
            while (member := self._free()) is None:
                await self._changed.wait()
            member.busy += 1
            return member

    async def leave(self, member: Member, *, failed: bool = False) -> None:
        """Give a place back; where something failed, the member rests a while."""
        member.busy -= 1
        if failed:
            member.rests_until_s = self._monotonic() + _REST_S
        await self.notify()

    async def refuse(self, member: Member, reason: str) -> None:
        """Give nothing more to a member."""
        member.is_fit = False
        self.refused[member.address] = reason

    async def notify(self) -> None:
        """Let those who wait look again."""
        async with self._changed:
            self._changed.notify_all()

    def _free(self) -> Optional[Member]:
        now_s = self._monotonic()
        free = [
            member
            for member in self.members.values()
            if member.is_fit
            and member.busy < member.threads
            and member.rests_until_s <= now_s
        ]
        return min(free, key=lambda m: m.busy / m.threads, default=None)
