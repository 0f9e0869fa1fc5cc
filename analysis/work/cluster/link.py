"""A connection to the scheduler; with Dask's own client, and nothing listens here.

A connection that is lost stays lost, and its jobs with it: whoever holds it opens
another. Dask's own way of connecting again would leave open what became of them.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
import warnings
from typing import Any, Callable

import distributed

from analysis import AnalysisError
from analysis.work.cluster.address import ClusterAddress

_OPEN_S = 10.0
_LOOK_S = 20.0
_CLOSE_S = 5.0


class LinkLost(AnalysisError, RuntimeError):
    """The scheduler cannot be reached, or has gone."""


class TaskLost(AnalysisError, RuntimeError):
    """Dask could not run a task, or the worker has gone with it."""


class Link:
    """An open connection to the scheduler."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.lost = asyncio.Event()

    @classmethod
    async def open(cls, address: ClusterAddress) -> Link:
        """Connect.

        Raises:
            LinkLost: the scheduler does not answer, or does not take our certificate.
        """
        _be_quiet()
        client = distributed.Client(
            address.scheduler,
            asynchronous=True,
            security=_security(address),
            timeout=_OPEN_S,
            set_as_default=False,
            direct_to_workers=False,
            name="weir",
        )
        try:
            await asyncio.wait_for(client, 2 * _OPEN_S)
        except Exception as exc:
            await _close(client)
            raise LinkLost(_words(exc)) from exc
        return cls(client)

    async def workers(self) -> dict[str, int]:
        """Return the threads of each worker, by its address.

        Raises:
            LinkLost: the scheduler does not answer.
        """
        if self.lost.is_set() or self._client.status != "running":
            self.lost.set()
            raise LinkLost("the connection broke")
        try:
            found = await asyncio.wait_for(self._client.nthreads(), _LOOK_S)
        except Exception as exc:
            self.lost.set()
            raise LinkLost(_words(exc)) from exc
        return dict(found)

    async def ask(
        self,
        worker: str,
        function: Callable[..., Any],
        *arguments: Any,
        gone: asyncio.Event,
        patience_s: float,
    ) -> Any:
        """Let one worker run a function, and no other.

        Args:
            worker: its address.
            function: one of ``analysis.work.cluster.relay``.
            arguments: plain values.
            gone: set when the worker has gone.
            patience_s: how long the answer may take.

        Raises:
            LinkLost: the scheduler has gone.
            TaskLost: the worker has gone, did not answer, or could not run it.
        """
        future = self._client.submit(
            function,
            *arguments,
            key=f"weir-{function.__name__}-{uuid.uuid4().hex}",
            pure=False,
            workers=[worker],
            allow_other_workers=False,
        )
        answered = asyncio.ensure_future(_result(future))
        ends = [asyncio.ensure_future(event.wait()) for event in (gone, self.lost)]
        try:
            await asyncio.wait(
                {answered, *ends},
                timeout=patience_s,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if answered.done() and answered.result()[1] is None:
                return answered.result()[0]
            if self.lost.is_set() or self._client.status != "running":
                self.lost.set()
                raise LinkLost("the scheduler has gone")
            if gone.is_set():
                raise TaskLost("the worker has gone")
            if not answered.done():
                raise TaskLost(f"the worker did not answer within {patience_s:.0f} s")
            raise TaskLost(_words(answered.result()[1]))
        finally:
            for each in (answered, *ends):
                each.cancel()
            future.release()

    async def close(self) -> None:
        """Disconnect; what the workers still do for us is no longer wanted."""
        self.lost.set()
        await _close(self._client)


async def _result(future: Any) -> tuple[Any, Any]:
    """Wait for a future of Dask.

    Returns:
        Its result and None, or None and its error: Dask also says by the error that
        cancels our own tasks that it has cancelled one of its own.
    """
    try:
        return await future, None
    except (Exception, asyncio.CancelledError) as exc:  # noqa: BLE001 - it is told
        return None, exc


async def _close(client: Any) -> None:
    try:
        await asyncio.wait_for(client.close(), _CLOSE_S)
    except Exception as exc:  # noqa: BLE001 - it is of no more use
        logging.getLogger(__name__).debug("closing the client: %s", exc)


def _security(address: ClusterAddress) -> Any:
    if address.tls is None:
        return None
    authority, certificate, key = map(str, address.tls)
    return distributed.Security(
        tls_ca_file=authority,
        tls_client_cert=certificate,
        tls_client_key=key,
        require_encryption=True,
    )


def _be_quiet() -> None:
    """Keep Dask from writing to the journal, where Weir's own events say it all."""
    for name in ("distributed", "tornado", "tornado.application"):
        theirs = logging.getLogger(name)
        theirs.handlers.clear()
        theirs.setLevel(logging.CRITICAL + 1)
    for name in list(logging.getLogger().manager.loggerDict):
        if name.startswith("distributed."):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    warnings.filterwarnings("ignore", message="Sending large graph")
    warnings.filterwarnings("ignore", message="[\\s\\S]*Mismatched versions found")


def _words(exc: BaseException) -> str:
    text = " ".join(str(exc).split()) or type(exc).__name__
    return text if len(text) <= 300 else text[:297] + "..."
