"""Carries each job to one worker of the cluster, until one has answered it.

A job that comes back without an answer is given out again. Where the scheduler has
gone, it waits for the next one; nothing counts against its clip. Where its worker was
lost, that may be the clip's doing: after the second loss it is set aside, and the
daemon's own machine works it as if there were no cluster.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any, Optional

from analysis import AnalysisError, NoWorkers
from analysis.events import cluster as events
from analysis.work.cluster import relay
from analysis.work.cluster.budget import Budget
from analysis.work.cluster.cargo import Lacks, Order, Piece, Pieces, Refuses
from analysis.work.cluster.crew import Member
from analysis.work.cluster.foreman import Foreman
from analysis.work.cluster.link import LinkLost, TaskLost
from analysis.work.cluster.pace import Pace
from analysis.work.cluster.versions import versions
from analysis.work.executor import LocalExecutor
from weir.clock import Clock
from weir.journal import tell

logger = logging.getLogger(__name__)

MOST_LOSSES = 2
"""After so many workers were lost with it, a job is worked on this machine."""

_MOST_ASKS = 4
_BEYOND_S = 600.0  # a process of its own may need so long to start


class TooLarge(AnalysisError, ValueError):
    """A clip has more bytes than may travel at a time."""


class Courier:
    """Carries jobs; all of it in the event loop of the foreman.

    Args:
        foreman: knows the workers.
        work: the function that they run on clips, as ``module:function``.
        clock: tells how fast it goes.

    Attributes:
        budget: how many bytes may be on their way.
        pace: what has been done.
        waiting: how many jobs no worker has.
        at_home: how many jobs this machine works.
    """

    def __init__(self, foreman: Foreman, work: str, clock: Clock) -> None:
        self._foreman, self._crew, self._work = foreman, foreman.crew, work
        self.budget, self._pieces = Budget(), Pieces()
        self._sending = asyncio.Lock()
        self._home: Optional[LocalExecutor] = None
        self.pace = Pace(clock.monotonic)
        self.waiting = self.at_home = 0

    async def carry(self, job: Any, deadline_s: float) -> Any:
        """Let a worker work a job.

        Returns:
            What the work answered.

        Raises:
            AnalysisError: what the work raised.
        """
        self.pace.begin()
        answer = await self._carried(job, deadline_s)
        self.pace.end(answer)
        return answer

    async def _carried(self, job: Any, deadline_s: float) -> Any:
        """Give a job to one worker after another, until one has answered it.

        Returns:
            What the work answered.

        Raises:
            AnalysisError: what the work raised.
        """
        losses = 0
        while losses < MOST_LOSSES:
            self.waiting += 1
            try:
                member = await self._crew.take()
            finally:
                self.waiting -= 1
            failed = False
            try:
                answer = await self._at(member, job, deadline_s)
                failed = isinstance(answer, NoWorkers)
            except LinkLost:
                continue
            except TaskLost as exc:
                losses, failed = losses + 1, True
                self._tell_troubled(member, job, str(exc))
                continue
            except (OSError, TooLarge) as exc:
                return await self._at_home(job, deadline_s, str(exc))
            finally:
                await self._crew.leave(member, failed=failed)
            if isinstance(answer, Refuses):
                await self._foreman.refuse(member, answer.reason)
            elif isinstance(answer, NoWorkers):  # its machine's fault, not the clip's
                self._tell_troubled(member, job, str(answer))
            elif isinstance(answer, BaseException):
                raise answer
            else:
                return answer
        return await self._at_home(job, deadline_s, f"{losses} workers were lost")

    async def _at(self, member: Member, job: Any, deadline_s: float) -> Any:
        """Let a worker work a job, and send it what it lacks.

        Raises:
            LinkLost, TaskLost: see ``Link.ask``.
            TooLarge, OSError: its clip or a model cannot be sent.
        """
        size, pieces = job.path.stat().st_size, self._pieces.of(job)
        order = Order(self._work, job, deadline_s, versions(), pieces, size, None)
        travels = not (member.shares and self._foreman.probe.covers(job.path))
        for _ in range(_MOST_ASKS):
            if travels:
                answer = await self._travelling(member, order)
            else:
                answer = await self._ask(member, order)
            if not isinstance(answer, Lacks):
                return answer
            travels = travels or answer.clip
            for piece in answer.pieces:
                await self._send(member, piece)
        raise TaskLost("it lacks again and again what was sent to it")

    async def _travelling(self, member: Member, order: Order) -> Any:
        if order.size > self.budget.most:
            most = self.budget.most >> 20
            raise TooLarge(f"it is larger than the {most} MB that may travel")
        async with self.budget.spending(order.size):
            clip = await _read(order.job.path)
            return await self._ask(member, replace(order, size=len(clip), clip=clip))

    async def _ask(self, member: Member, order: Order) -> Any:
        packed = pickle.dumps(order, pickle.HIGHEST_PROTOCOL)
        patience_s = order.deadline_s + _BEYOND_S
        return pickle.loads(  # noqa: S301 - from who holds a certificate
            await self._foreman.ask(member, relay.work, packed, patience_s=patience_s)
        )

    async def _send(self, member: Member, piece: Piece) -> None:
        """Put a model on a worker's shelf; one at a time, workers may share one."""
        name = piece.path.name
        async with self._sending:
            if await self._foreman.ask(member, relay.has, piece.sha256, name):
                return
            data = await _read(piece.path)
            async with self.budget.spending(min(len(data), self.budget.most)):
                await self._foreman.ask(member, relay.keep, piece.sha256, name, data)

    async def _at_home(self, job: Any, deadline_s: float, reason: str) -> Any:
        tell(logger, events.SET_ASIDE, clip=job.path.name, reason=reason)
        if self._home is None:
            self._home = LocalExecutor(1, self._work)
        self.at_home += 1
        try:
            return await asyncio.wrap_future(self._home.submit(job, deadline_s))
        finally:
            self.at_home -= 1

    def _tell_troubled(self, member: Member, job: Any, reason: str) -> None:
        worker, clip = member.address, job.path.name
        tell(logger, events.TROUBLED, worker=worker, clip=clip, reason=reason)

    async def close(self) -> None:
        """Stop what this machine works."""
        if self._home is not None:
            await asyncio.get_running_loop().run_in_executor(None, self._home.close)


async def _read(path: Path) -> bytes:
    return await asyncio.get_running_loop().run_in_executor(None, path.read_bytes)
