"""The server: opens its socket, says where it is, and answers until told to stop."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Callable

import uvicorn

from analysis import ReviewError
from analysis.review.app import Application
from analysis.review.desk import Desk
from analysis.review.door.address import listening, names, words
from analysis.review.door.gate import Gate, Keys
from analysis.review.door.rate import Rate
from weir.clock import Clock
from weir.service import Service

_LOOK_S, _LOOKS_A_BEAT = 0.1, 100


def serve(
    root: Path,
    *,
    port: int,
    is_lan: bool,
    letters: Mapping[str, str],
    clock: Clock,
    service: Service,
    tell: Callable[[Iterable[str]], None],
) -> None:
    """Answer until somebody asks to stop.

    Args:
        root: the analysis folder.
        port: where; 0 for any that is free.
        is_lan: whether other machines may ask, with a token.
        letters: the letters of the config, each with its species.
        clock: dates what is said.
        service: is told when the page answers, and says when to stop.
        tell: takes the lines that say where the page is.

    Raises:
        ReviewError: the port cannot be had.
    """
    try:
        opened = listening(port, is_lan=is_lan)
    except OSError as exc:
        raise ReviewError(
            f"port {port}: cannot be had ({exc.strerror}); end what has it, or give"
            " another with --port"
        ) from exc
    with opened:
        port = opened.getsockname()[1]
        keys = Keys.new(port, with_token=is_lan)

        def ready() -> None:
            tell(words(port, keys.token))
            service.ready()

        async def answer() -> None:
            desk = Desk(root, clock)
            app = Application(root, desk, keys, letters).build(ready)
            gate = Gate(app, keys, names() if is_lan else frozenset(), Rate(clock))
            server = _Server(_settings(gate))
            stopping = asyncio.ensure_future(_stop(server, service))
            first = asyncio.ensure_future(desk.work.ready())
            await server.serve([opened])
            for task in (stopping, first):
                task.cancel()
            await asyncio.gather(stopping, first, return_exceptions=True)

        asyncio.run(answer())


class _Server(uvicorn.Server):  # type: ignore[misc]
    """Leaves signals to ``weir.service``."""

    def capture_signals(self) -> AbstractContextManager[None]:
        """Change nothing."""
        return nullcontext()


def _settings(app: Gate) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="on",
        access_log=False,  # it would hold the token
        log_config=None,
        proxy_headers=False,  # nobody says for another where he comes from
        server_header=False,
        limit_concurrency=200,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=5,
        h11_max_incomplete_event_size=32768,
    )


async def _stop(server: uvicorn.Server, service: Service) -> None:
    for look in itertools.count():
        if service.stopping.requested:
            break
        if look % _LOOKS_A_BEAT == 0:
            service.alive()
        await asyncio.sleep(_LOOK_S)
    server.should_exit = True
