"""Gives each job to one worker of the cluster, until one has answered it.

A job that comes back without an answer is given out again. Where the scheduler has
gone, it waits for the next one; nothing counts against its clip. Where its worker was
lost, that may be the clip's doing: after the second loss it is set aside, and the
daemon's own machine works it as if there were no cluster.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Optional

from analysis import AnalysisError, NoWorkers
from analysis.events import cluster as events
from analysis.work.cluster import relay
from analysis.work.cluster.address import ClusterAddress
from analysis.work.cluster.budget import Budget
from analysis.work.cluster.cargo import Lacks, Order, Piece, Pieces, Refuses
from analysis.work.cluster.crew import Crew, Member
from analysis.work.cluster.link import Link, LinkLost, TaskLost
from analysis.work.cluster.probe import Probe
from analysis.work.cluster.versions import difference, versions
from analysis.work.executor import LocalExecutor
from weir.clock import Clock
from weir.journal import tell

logger = logging.getLogger(__name__)

MOST_LOSSES = 2
"""After so many workers were lost with it, a job is worked on this machine."""

_LOOK_S = 1.0
_PAUSES_S = (1.0, 2.0, 5.0, 10.0, 30.0)
_MOST_ASKS = 4
_SHORT_S = 120.0
_BEYOND_S = 600.0  # a process of its own may need so long to start
_LONGEST_S = 86_400.0


class TooLarge(AnalysisError, ValueError):
    """A clip has more bytes than may travel at a time."""


class Foreman:
    """Keeps the connection, and gives out the jobs; all of it in one event loop.

    Args:
        address: of the scheduler.
        probe: a file by which workers find out whether they share our folder.
        work: the function that the workers run, as ``module:function``.
        clock: tells how long a worker rests.

    Attributes:
        crew: the workers.
        problem: why the cluster cannot be reached; empty while it can.
        waiting: how many jobs no worker has.
        at_home: how many jobs this machine works.
        reached: set when the scheduler has answered and its workers were met.
    """

    def __init__(
        self, address: ClusterAddress, probe: Probe, work: str, clock: Clock
    ) -> None:
        self._address, self._probe, self._work = address, probe, work
        self._link: Optional[Link] = None
        self._budget, self._pieces = Budget(), Pieces()
        self._sending = asyncio.Lock()
        self._home: Optional[LocalExecutor] = None
        self._meetings: set[asyncio.Task[None]] = set()
        self._is_told = False
        self.crew = Crew(clock.monotonic)
        self.problem = "not asked yet"
        self.waiting = self.at_home = 0
        self.reached = asyncio.Event()

    async def run(self) -> None:
        """Hold a connection to the scheduler, and open it again when it is lost."""
        failures = 0
        while True:
            try:
                link = await Link.open(self._address)
                failures = 0
                await self._serve(link)
            except LinkLost as exc:
                self._tell_away(str(exc))
            except Exception as exc:
                logger.exception("not foreseen: cluster")
                self._tell_away(f"a mistake in Weir: {exc}")
            await asyncio.sleep(_PAUSES_S[min(failures, len(_PAUSES_S) - 1)])
            failures += 1

    async def close(self) -> None:
        """Disconnect, and stop what this machine works."""
        if self._link is not None:
            await self._link.close()
        if self._home is not None:
            await asyncio.get_running_loop().run_in_executor(None, self._home.close)

    async def carry(self, job: Any, deadline_s: float) -> Any:
        """Let a worker work a job.

        Returns:
            What the work answered.

        Raises:
            AnalysisError: what the work raised.
        """
        losses = 0
        while losses < MOST_LOSSES:
            self.waiting += 1
            try:
                member = await self.crew.take()
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
                await self.crew.leave(member, failed=failed)
            if isinstance(answer, Refuses):
                await self._refuse(member, answer.reason)
            elif isinstance(answer, NoWorkers):  # its machine's fault, not the clip's
                self._tell_troubled(member, job, str(answer))
            elif isinstance(answer, BaseException):
                raise answer
            else:
                return answer
        return await self._at_home(job, deadline_s, f"{losses} workers were lost")

    async def _serve(self, link: Link) -> None:
        """Watch who is there, until the connection is lost.

        Raises:
            LinkLost: always, at the end.
        """
        tell(logger, events.REACHED, scheduler=self._address.scheduler)
        self._link, self.problem = link, ""
        try:
            while True:
                new, left = self.crew.update(await link.workers())
                for member in left:
                    if member.host:
                        worker, host = member.address, member.host
                        tell(logger, events.LEFT, worker=worker, host=host)
                met = [self._begin_meeting(link, member) for member in new]
                if not self.reached.is_set():
                    await asyncio.wait(met, timeout=_SHORT_S) if met else None
                    self.reached.set()
                await self.crew.notify()
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(link.lost.wait(), _LOOK_S)
        finally:
            self._link = None
            self.crew.update({})
            await link.close()

    def _begin_meeting(self, link: Link, member: Member) -> asyncio.Task[None]:
        meeting = asyncio.ensure_future(self._meet(link, member))
        self._meetings.add(meeting)
        meeting.add_done_callback(self._meetings.discard)
        return meeting

    async def _meet(self, link: Link, member: Member) -> None:
        """Find out whether a new worker is fit, and whether it shares our folder."""
        ask = partial(link.ask, gone=member.gone, patience_s=_LONGEST_S)
        try:
            probe = str(self._probe.path)
            said = await ask(member.address, relay.introduce, probe)
        except LinkLost:
            return
        except Exception as exc:  # noqa: BLE001 - told; a stranger may say anything
            if not member.gone.is_set():
                await self._refuse(member, f"it cannot run Weir: {exc}")
            return
        member.host = said["host"]
        if reason := difference(versions(), said["versions"]):
            await self._refuse(member, reason)
            return
        member.shares = self._probe.is_told(said["probe"])
        member.is_fit = True
        tell(
            logger,
            events.JOINED,
            worker=member.address,
            host=member.host,
            threads=member.threads,
            clips="over the shared folder" if member.shares else "in the jobs",
        )
        await self.crew.notify()

    async def _refuse(self, member: Member, reason: str) -> None:
        await self.crew.refuse(member, reason)
        tell(logger, events.REFUSED, worker=member.address, reason=reason)

    async def _at(self, member: Member, job: Any, deadline_s: float) -> Any:
        """Let a worker work a job, and send it what it lacks.

        Raises:
            LinkLost, TaskLost: see ``Link.ask``.
            TooLarge, OSError: its clip or a model cannot be sent.
        """
        size, pieces = job.path.stat().st_size, self._pieces.of(job)
        order = Order(self._work, job, deadline_s, versions(), pieces, size, None)
        travels = not (member.shares and self._probe.covers(job.path))
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
        if order.size > self._budget.most:
            most = self._budget.most >> 20
            raise TooLarge(f"it is larger than the {most} MB that may travel")
        async with self._budget.spending(order.size):
            clip = await _read(order.job.path)
            return await self._ask(member, replace(order, size=len(clip), clip=clip))

    async def _ask(self, member: Member, order: Order) -> Any:
        packed = pickle.dumps(order, pickle.HIGHEST_PROTOCOL)
        patience_s = order.deadline_s + _BEYOND_S
        return pickle.loads(  # noqa: S301 - from who holds a certificate
            await self._run(member, relay.work, packed, patience_s=patience_s)
        )

    async def _send(self, member: Member, piece: Piece) -> None:
        """Put a model on a worker's shelf; one at a time, workers may share one."""
        name = piece.path.name
        async with self._sending:
            if await self._run(member, relay.has, piece.sha256, name):
                return
            data = await _read(piece.path)
            async with self._budget.spending(min(len(data), self._budget.most)):
                await self._run(member, relay.keep, piece.sha256, name, data)

    async def _run(
        self, member: Member, function: Any, *given: Any, patience_s: float = _SHORT_S
    ) -> Any:
        if self._link is None:
            raise LinkLost("the connection broke")
        return await self._link.ask(
            member.address, function, *given, gone=member.gone, patience_s=patience_s
        )

    async def _at_home(self, job: Any, deadline_s: float, reason: str) -> Any:
        tell(logger, events.SET_ASIDE, clip=job.path.name, reason=reason)
        if self._home is None:
            self._home = LocalExecutor(1, self._work)
        self.at_home += 1
        try:
            return await asyncio.wrap_future(self._home.submit(job, deadline_s))
        finally:
            self.at_home -= 1

    def _tell_away(self, reason: str) -> None:
        """Log once for each outage that there is no cluster."""
        if not self.problem or not self._is_told:
            scheduler = self._address.scheduler
            tell(logger, events.AWAY, scheduler=scheduler, reason=reason)
        self.problem, self._is_told = reason, True

    def _tell_troubled(self, member: Member, job: Any, reason: str) -> None:
        worker, clip = member.address, job.path.name
        tell(logger, events.TROUBLED, worker=worker, clip=clip, reason=reason)


async def _read(path: Path) -> bytes:
    return await asyncio.get_running_loop().run_in_executor(None, path.read_bytes)
