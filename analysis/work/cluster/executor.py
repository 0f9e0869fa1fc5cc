"""The executor whose workers are those of a Dask cluster."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from analysis.work.cluster.address import ClusterAddress
from analysis.work.cluster.foreman import Foreman
from analysis.work.cluster.probe import Probe
from analysis.work.executor import ANALYSE
from weir.clock import Clock

_FIRST_S = 20.0
_END_S = 30.0


class DaskExecutor:
    """Works clips on the workers of a cluster; see ``analysis.work.executor``.

    Args:
        address: of the scheduler.
        folder: clips below it need not travel to workers that share it.
        clock: tells how long things take.
        work: the function that the workers run, as ``module:function``.
    """

    def __init__(
        self, address: ClusterAddress, folder: Path, clock: Clock, work: str = ANALYSE
    ) -> None:
        self._probe = Probe(folder)
        self._begun, self._opened = threading.Event(), threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._run(address, clock, work)),
            name="cluster",
            daemon=True,
        )
        self._thread.start()
        self._begun.wait()
        self._opened.wait(_FIRST_S)  # a cluster that is not there is waited for later

    @property
    def workers(self) -> int:
        """How many clips are worked at a time, and some that are ready beside them."""
        threads = self._foreman.crew.threads
        return max(1, threads + threads // 8)

    def submit(self, job: Any, deadline_s: float) -> Future[Any]:
        """Work a clip, which may take ``deadline_s`` once a worker has begun it."""
        carried = self._foreman.carry(job, deadline_s)
        return asyncio.run_coroutine_threadsafe(carried, self._loop)

    def close(self) -> None:
        """Stop at once; what workers still do is no longer wanted."""
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(_END_S)

    async def _run(self, address: ClusterAddress, clock: Clock, work: str) -> None:
        """Give out jobs until asked to stop."""
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        self._foreman = foreman = Foreman(address, self._probe, work, clock)
        self._begun.set()
        running = asyncio.ensure_future(foreman.run())
        reached = asyncio.ensure_future(foreman.reached.wait())
        ending = asyncio.ensure_future(self._ending.wait())
        await asyncio.wait(
            {running, reached, ending}, return_when=asyncio.FIRST_COMPLETED
        )
        self._opened.set()
        await asyncio.wait({running, ending}, return_when=asyncio.FIRST_COMPLETED)
        running.cancel()
        await asyncio.wait({running})
        await foreman.close()
