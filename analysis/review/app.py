"""The application behind the gate: the page, and what its script asks for."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from analysis import ReviewError, StoreError
from analysis.review import asking, showing
from analysis.review.desk import Desk
from analysis.review.door.gate import Keys
from analysis.review.page import SCRIPTS, page
from analysis.review.strips.cache import Strips
from weir import plain
from weir.printable import printable

_LARGEST = 1 << 20
_LARGEST_PICTURE = 8 << 20
_FOR_NOW = {"cache-control": "no-store"}
_FOR_A_DAY = {"cache-control": "private, max-age=86400"}

Answer = Callable[[Request], Awaitable[Response]]


class Application:
    """Answers what the gate lets through.

    Args:
        root: the analysis folder.
        desk: gives items, and keeps what is said of them.
        keys: the secrets; the page is given its word.
        letters: the letters of the config, each with its species.
    """

    def __init__(
        self, root: Path, desk: Desk, keys: Keys, letters: Mapping[str, str]
    ) -> None:
        self._results = root / "results"
        self._desk, self._keys, self._letters = desk, keys, dict(letters)
        self._strips = Strips(root)

    def build(self, ready: Callable[[], None]) -> Starlette:
        """Return the application.

        Args:
            ready: called when it answers.
        """

        @asynccontextmanager
        async def life(_: Starlette) -> AsyncIterator[None]:
            ready()
            yield
            await self._desk.close()
            await self._strips.close()

        asked = [
            ("/", self._page, "GET"),
            ("/site/{name}", self._script, "GET"),
            ("/overview", self._overview, "GET"),
            ("/next", self._next, "POST"),
            ("/say", self._say, "POST"),
            ("/undo", self._undo, "POST"),
            ("/strip/{item}", self._strip, "GET"),
            ("/picture/{item}", self._picture, "GET"),
        ]
        routes = [Route(p, _explained(act), methods=[how]) for p, act, how in asked]
        return Starlette(routes=routes, lifespan=life)

    async def _page(self, _: Request) -> Response:
        # The word is in it, so only this origin's script may read it.
        headers = {**_FOR_NOW, "set-cookie": self._keys.set_cookie}
        return Response(page(self._keys.word), media_type="text/html", headers=headers)

    async def _script(self, request: Request) -> Response:
        found = SCRIPTS.get(request.path_params["name"])
        if found is None:
            return Response("there is no such file\n", 404, media_type="text/plain")
        file, kind = found
        return FileResponse(file, media_type=kind, headers=_FOR_NOW)

    async def _overview(self, request: Request) -> Response:
        await self._desk.ready()
        wanted = asking.filter_of(request.query_params)
        return _json(
            {
                **showing.overview(self._desk, wanted),
                "letters": showing.letters(self._desk, self._letters),
            }
        )

    async def _next(self, request: Request) -> Response:
        asked = asking.asked_of(await _body(request))
        await self._desk.ready()
        items = self._desk.next(asked)
        left, total = self._desk.progress(asked.queue, asked.filter)
        shown = [showing.shown(self._desk, item) for item in items]
        return _json({"items": shown, "left": left, "total": total})

    async def _say(self, request: Request) -> Response:
        body = await _body(request)
        await self._desk.ready()
        steps = asking.steps_of(body, self._desk, self._desk.clock.now())
        added = await self._desk.say(steps)
        self._desk.let_go(label for step in steps for label in step)
        return _json({"added": len(added)})

    async def _undo(self, request: Request) -> Response:
        person = asking.person_of(await _body(request))
        await self._desk.ready()
        taken = await self._desk.undo(person)
        met = [
            showing.shown(self._desk, item)
            for item in self._desk.work.items.values()
            if any(item.meets(label) for label in taken)
        ]
        return _json({"taken": len(taken), "items": met[:100]})

    async def _strip(self, request: Request) -> Response:
        await self._desk.ready()
        item = self._desk.item(request.path_params["item"])
        is_seen = "ahead" not in request.query_params
        file, problem = await self._strips.strip(item, is_seen=is_seen)
        if file is None:
            return _json({"problem": printable(problem)}, 404)
        kind = "application/octet-stream"
        return FileResponse(file, media_type=kind, headers=_FOR_A_DAY)

    async def _picture(self, request: Request) -> Response:
        await self._desk.ready()
        item = self._desk.item(request.path_params["item"])
        if not item.picture:
            return _json({"problem": "no picture was kept"}, 404)
        path = self._results / item.picture
        try:
            data = await run_in_threadpool(plain.read, path, _LARGEST_PICTURE)
        except (OSError, ValueError):
            return _json({"problem": "the picture is gone"}, 404)
        return Response(data, media_type="image/jpeg", headers=_FOR_A_DAY)


def _explained(act: Answer) -> Answer:
    """Answer errors that we raise on purpose with their words."""

    async def answer(request: Request) -> Response:
        try:
            return await act(request)
        except ReviewError as exc:
            return _json({"problem": printable(str(exc))}, 400)
        except StoreError as exc:
            return _json({"problem": printable(str(exc))}, 503)

    return answer


async def _body(request: Request) -> Mapping[str, Any]:
    """Read the JSON object that was sent.

    Raises:
        ReviewError: it is none, or too large.
    """
    data = b""
    async for chunk in request.stream():
        data += chunk
        if len(data) > _LARGEST:
            raise ReviewError(f"more than {_LARGEST} bytes were sent")
    try:
        body = json.loads(data)
    except (ValueError, RecursionError) as exc:
        raise ReviewError(f"no JSON was sent ({exc})") from exc
    if not isinstance(body, dict):
        raise ReviewError("expected an object")
    return body


def _json(content: object, status: int = 200) -> Response:
    return JSONResponse(content, status, headers=_FOR_NOW)
