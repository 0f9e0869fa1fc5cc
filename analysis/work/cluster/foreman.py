"""Keeps the connection to the cluster, and meets each worker that comes.

A worker is fit if it has what the daemon has; the others are refused. When the
scheduler goes, all workers are gone, and it is looked for until it is back.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from functools import partial
from typing import Any, Optional

from analysis.events import cluster as events
from analysis.work.cluster import relay
from analysis.work.cluster.address import ClusterAddress
from analysis.work.cluster.crew import Crew, Member
from analysis.work.cluster.link import Link, LinkLost
from analysis.work.cluster.probe import Probe
from analysis.work.cluster.versions import difference, versions
from weir.clock import Clock
from weir.journal import tell

logger = logging.getLogger(__name__)

_LOOK_S = 1.0
_PAUSES_S = (1.0, 2.0, 5.0, 10.0, 30.0)
_SHORT_S = 120.0
_LONGEST_S = 86_400.0


class Foreman:
    """Knows the scheduler and its workers; all of it in one event loop.

    Args:
        address: of the scheduler.
        probe: a file by which workers find out whether they share our folder.
        clock: tells how long a worker rests.

    Attributes:
        scheduler: its address.
        probe: as given.
        crew: the workers.
        problem: why the cluster cannot be reached; empty while it can.
        reached: set when the scheduler has answered and its workers were met.
    """

    def __init__(self, address: ClusterAddress, probe: Probe, clock: Clock) -> None:
        self._address, self.scheduler, self.probe = address, address.scheduler, probe
        self._link: Optional[Link] = None
        self._meetings: set[asyncio.Task[None]] = set()
        self._is_told = False
        self.crew = Crew(clock.monotonic)
        self.problem = "not asked yet"
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
        """Disconnect."""
        if self._link is not None:
            await self._link.close()

    async def ask(
        self, member: Member, function: Any, *given: Any, patience_s: float = _SHORT_S
    ) -> Any:
        """Let a worker run a function of ``analysis.work.cluster.relay``.

        Raises:
            LinkLost, TaskLost: see ``Link.ask``.
        """
        if self._link is None:
            raise LinkLost("the connection broke")
        return await self._link.ask(
            member.address, function, *given, gone=member.gone, patience_s=patience_s
        )

    async def refuse(self, member: Member, reason: str) -> None:
        """Give nothing more to a member, and say why."""
        await self.crew.refuse(member, reason)
        tell(logger, events.REFUSED, worker=member.address, reason=reason)

    async def _serve(self, link: Link) -> None:
        """Watch who is there, until the connection is lost.

        Raises:
            LinkLost: always, at the end.
        """
        tell(logger, events.REACHED, scheduler=self.scheduler)
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
            probe = str(self.probe.path)
            said = await ask(member.address, relay.introduce, probe)
            member.host = str(said["host"])
            reason = difference(versions(), said["versions"])
            member.shares = self.probe.is_told(said["probe"])
        except LinkLost:
            return
        except Exception as exc:  # noqa: BLE001 - told; a stranger may say anything
            if not member.gone.is_set():
                await self.refuse(member, f"it cannot run Weir: {exc}")
            return
        if reason:
            await self.refuse(member, reason)
            return
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

    def _tell_away(self, reason: str) -> None:
        """Log once for each outage that there is no cluster."""
        if not self.problem or not self._is_told:
            scheduler = self.scheduler
            tell(logger, events.AWAY, scheduler=scheduler, reason=reason)
        self.problem, self._is_told = reason, True
