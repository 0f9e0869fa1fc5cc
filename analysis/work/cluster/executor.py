"""The executor whose workers are those of a Dask cluster."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Optional

from analysis.work.cluster.address import ClusterAddress
from analysis.work.cluster.courier import Courier
from analysis.work.cluster.foreman import Foreman
from analysis.work.cluster.probe import Probe
from analysis.work.cluster.state import FILE_NAME, ClusterState
from analysis.work.executor import ANALYSE
from weir.clock import Clock, format_utc

_FIRST_S = 20.0
_END_S = 30.0
_LOOK_S = 3.0
_TELL_S = 30.0


class DaskExecutor:
    """Works clips on the workers of a cluster; see ``analysis.work.executor``.

    Args:
        address: of the scheduler.
        folder: clips below it need not travel to workers that share it.
        clock: tells how long things take.
        work: the function that the workers run on clips, as ``module:function``.
        state: the folder in which ``status`` finds how the cluster does; None to leave
            nothing.

    Attributes:
        foreman: knows the workers.
        courier: carries the jobs.
    """

    def __init__(
        self,
        address: ClusterAddress,
        folder: Path,
        clock: Clock,
        *,
        work: str = ANALYSE,
        state: Optional[Path] = None,
    ) -> None:
        self._probe, self._state, self._clock = Probe(folder), state, clock
        self._begun, self._opened = threading.Event(), threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._run(address, work)),
            name="cluster",
            daemon=True,
        )
        self._thread.start()
        self._begun.wait()
        self._opened.wait(_FIRST_S)  # a cluster that is not there is waited for later

    @property
    def workers(self) -> int:
        """How many clips are worked at a time, and some that are ready beside them."""
        threads = self.foreman.crew.threads
        return max(1, threads + threads // 8)

    def submit(self, job: Any, deadline_s: float) -> Future[Any]:
        """Work a clip, which may take ``deadline_s`` once a worker has begun it."""
        carried = self.courier.carry(job, deadline_s)
        return asyncio.run_coroutine_threadsafe(carried, self._loop)

    def close(self) -> None:
        """Stop at once; what workers still do is no longer wanted."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(_END_S)
        if self._state is not None:
            (self._state / FILE_NAME).unlink(missing_ok=True)

    async def _run(self, address: ClusterAddress, work: str) -> None:
        """Give out jobs until asked to stop."""
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        self.foreman = foreman = Foreman(address, self._probe, self._clock)
        self.courier = Courier(foreman, work, self._clock)
        self._begun.set()
        running = asyncio.ensure_future(foreman.run())
        telling = asyncio.ensure_future(self._tell())
        reached = asyncio.ensure_future(foreman.reached.wait())
        ending = asyncio.ensure_future(self._ending.wait())
        await asyncio.wait(
            {running, reached, ending}, return_when=asyncio.FIRST_COMPLETED
        )
        self._opened.set()
        await asyncio.wait({running, ending}, return_when=asyncio.FIRST_COMPLETED)
        running.cancel()
        telling.cancel()
        await asyncio.wait({running, telling})
        await foreman.close()
        await self.courier.close()

    async def _tell(self) -> None:
        """Leave the state every few seconds, but not the same again and again."""
        told, told_s = None, float("-inf")
        while self._state is not None:
            state = _state_of(self.foreman, self.courier, self._clock.now())
            now_s = self._clock.monotonic()
            if now_s - told_s > _TELL_S or replace(state, at="") != told:
                told, told_s = replace(state, at=""), now_s
                await self._write(state, self._state)
            await asyncio.sleep(_LOOK_S)

    async def _write(self, state: ClusterState, folder: Path) -> None:
        with suppress(OSError):  # a full disk is told of by those who need it
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, state.write, folder)


def _state_of(foreman: Foreman, courier: Courier, now: datetime) -> ClusterState:
    crew = foreman.crew
    fit = [member for member in crew.members.values() if member.is_fit]
    return ClusterState(
        at=format_utc(now),
        scheduler=foreman.scheduler,
        problem=foreman.problem,
        workers=len(fit),
        threads=crew.threads,
        hosts=len({member.host for member in fit}),
        sharing=sum(member.shares for member in fit),
        in_work=sum(member.busy for member in fit),
        ready=courier.waiting,
        at_home=courier.at_home,
        done=courier.pace.done,
        frames_per_s=round(courier.pace.frames_per_s, 1),
        refused=tuple(f"{address}: {why}" for address, why in crew.refused.items()),
    )
