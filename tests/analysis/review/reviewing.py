"""The review page's real server in a thread, and what a browser would ask of it."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Any, Optional

from analysis.record.labels.labelstore import LabelStore
from analysis.review.server import serve
from analysis.values.label import Label
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen, sidecar
from weir.clock import SystemClock
from weir.service import Service, StopFlag

PATIENCE_S = 30.0


def made(root: Path, clips: int = 2) -> None:
    """A record of clips with two doubtful encounters each."""
    store, run = open_record(root / "results")
    with store:
        for number in range(1, clips + 1):
            known = clip(number, beside=sidecar(f"clip{number:05d}.h264", number))
            found = seen([encounter(1, 2, 3, score=0.6), encounter(2, 6, 6)])
            store.commit(known, run, found, NOW)


class Answer:
    """What came back."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self) -> Any:
        """The values in it."""
        return json.loads(self.body)


class Reviewing:
    """The server on an analysis folder; ``with`` it answers.

    Args:
        root: the folder.
        lan: whether others may ask, with a token.
        letters: those of the config.
    """

    def __init__(
        self, root: Path, *, lan: bool = False, letters: Optional[dict[str, str]] = None
    ) -> None:
        self.root, self._lan, self._letters = root, lan, letters or {}
        self._flag, self._told = StopFlag(), threading.Event()
        self.lines: list[str] = []
        self.token = ""
        self.headers: dict[str, str] = {}
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Reviewing:
        self._thread.start()
        assert self._told.wait(PATIENCE_S)
        self._told_at(self.lines[0])
        return self

    def _told_at(self, address: str) -> None:
        """Open the page at its address, and keep what it gives."""
        self.port = int(re.findall(r":(\d+)", address)[0])
        self.token = address.rpartition("token=")[2] if self._lan else ""
        self.own = {"Host": f"127.0.0.1:{self.port}"}
        page = self.ask("GET", f"/?token={self.token}", headers=self.own)
        cookie = page.headers.get("set-cookie", "").partition(";")[0]
        found = re.search(rb'name="word" content="(\w+)"', page.body)
        self.word = found[1].decode() if found else ""
        self.headers = {
            **self.own,
            "Cookie": cookie,
            "X-Weir-Word": self.word,
            "Content-Type": "application/json",
        }

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self._flag.request()
        self._thread.join(PATIENCE_S)
        self._flag.close()

    def _serve(self) -> None:
        serve(
            self.root,
            port=0,
            is_lan=self._lan,
            letters=self._letters,
            clock=SystemClock(),
            service=Service(self._flag),
            tell=self._tell,
        )

    def _tell(self, lines: Iterable[str]) -> None:
        self.lines = list(lines)
        self._told.set()

    def ask(
        self,
        method: str,
        path: str,
        body: Optional[bytes] = None,
        headers: Optional[dict[str, str]] = None,
    ) -> Answer:
        """Ask as a browser does that holds what the page gave it."""
        page = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        # Closed whatever comes: the page may be killed amid an answer.
        with closing(page) as connection:
            connection.putrequest(method, path, skip_host=True)
            for name, value in (self.headers if headers is None else headers).items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())

    def get(self, path: str) -> Answer:
        """Ask for something to read."""
        return self.ask("GET", path)

    def post(self, path: str, **body: object) -> Answer:
        """Ask for something to be done."""
        return self.ask("POST", path, json.dumps(body).encode())

    def next(self, person: str = "anna", **more: object) -> list[dict[str, Any]]:
        """What somebody is given to look at."""
        wanted = {"queue": "work", "count": 50, **more}
        items: list[dict[str, Any]] = self.post("/next", person=person, **wanted).json[
            "items"
        ]
        return items

    def say(
        self, item: object, verdict: str, person: str = "anna", **more: Any
    ) -> Answer:
        """One decision of somebody."""
        items = item if isinstance(item, list) else [item]
        step = {"items": items, "verdict": verdict, **more}
        return self.post("/say", person=person, steps=[step])

    @property
    def labels(self) -> list[Label]:
        """All that was ever said."""
        return LabelStore(self.root / "labels").all()
