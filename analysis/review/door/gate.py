"""The gate: who may ask, before anything that is asked is looked at.

- Its own names only: a page of another site cannot make a browser ask here under its
  own name (DNS rebinding).
- In a network, nobody without the token.
- Nothing is written for a request that another site made a browser send (CSRF): it has
  neither the cookie nor the word that the page holds, and says another origin.
- Nobody more often than a person could.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, MutableMapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, Callable, Optional
from urllib.parse import parse_qs

from analysis.review.door.rate import Rate

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

WORD = b"x-weir-word"
"""The header in which the page sends back the word that it was given."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode("ascii")),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
_WEEK_S = 7 * 86400


@dataclass(frozen=True)
class Keys:
    """The secrets of one run of the server.

    Attributes:
        token: opens the page in a network; None where it can be reached from this
            machine alone.
        session: what a browser's cookie holds that was let in.
        word: what the page sends with everything that it writes.
        port: names the cookie, because browsers share cookies among ports.
    """

    token: Optional[str]
    session: str
    word: str
    port: int

    @classmethod
    def new(cls, port: int, *, with_token: bool) -> Keys:
        """Make new ones."""
        token = secrets.token_hex(16) if with_token else None
        return cls(token, secrets.token_hex(16), secrets.token_hex(16), port)

    @property
    def cookie(self) -> str:
        """The cookie's name."""
        return f"weir-review-{self.port}"

    @property
    def set_cookie(self) -> str:
        """The header that gives a browser its cookie."""
        return (
            f"{self.cookie}={self.session}; Path=/; Max-Age={_WEEK_S}; HttpOnly;"
            " SameSite=Strict"
        )


class Gate:
    """Lets requests through to the application, or answers them itself.

    Args:
        app: what is behind it.
        keys: the secrets.
        names: more hosts than loopback's that the page may be asked for.
        rate: how often somebody may ask.
    """

    def __init__(self, app: App, keys: Keys, names: frozenset[str], rate: Rate) -> None:
        self._app, self._keys, self._rate = app, keys, rate
        self._names = _LOOPBACK | {name.lower() for name in names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            refusal = self._refusal(_Request(scope))
            if refusal:
                await _refuse(*refusal, send=send)
            else:
                await self._app(scope, receive, _with_headers(send))

    def _refusal(self, request: _Request) -> Optional[tuple[int, str]]:
        """Return why a request is refused; None if it is not."""
        if not self._is_ours(request):
            return 403, "this page has another name; ask for it by the address it gave"
        if not self._rate.allows(request.client):
            return 429, "too many requests; wait a moment"
        if not self._is_let_in(request):
            self._rate.punish(request.client)
            return 401, "the address needs its token; take the one the terminal shows"
        if request.method == "POST":
            return self._cross_site(request)
        if request.method not in ("GET", "HEAD"):
            return 405, "expected GET or POST"
        return None

    def _is_ours(self, request: _Request) -> bool:
        host = request.host
        if host is None:
            return False
        is_here = self._keys.token is not None and host == request.server
        return host in self._names or is_here

    def _is_let_in(self, request: _Request) -> bool:
        if self._keys.token is None or self._has_cookie(request):
            return True
        return _same(request.token, self._keys.token)

    def _has_cookie(self, request: _Request) -> bool:
        return _same(request.cookie(self._keys.cookie), self._keys.session)

    def _cross_site(self, request: _Request) -> Optional[tuple[int, str]]:
        site = request.header(b"sec-fetch-site") or "same-origin"
        origin = request.header(b"origin")
        is_own = origin is None or origin == f"http://{request.header(b'host')}"
        is_json = (request.header(b"content-type") or "").startswith("application/json")
        if site != "same-origin" or not is_own or not is_json:
            return 403, "only this page itself writes; load it anew"
        word = request.header(WORD) or ""
        if not self._has_cookie(request) or not _same(word, self._keys.word):
            return 403, "the page is of an earlier start; load it anew"
        return None


class _Request:
    """What the gate looks at."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self.method: str = scope["method"]
        self.client: str = (scope.get("client") or ("",))[0]
        self.server: str = (scope.get("server") or ("",))[0].lower()

    def header(self, name: bytes) -> Optional[str]:
        """Return a header that is there once; None if it is not, or several times."""
        headers: list[tuple[bytes, bytes]] = self._scope["headers"]
        found = [value for key, value in headers if key == name]
        return found[0].decode("latin-1") if len(found) == 1 else None

    @property
    def host(self) -> Optional[str]:
        """The host that is asked for, without its port."""
        value = (self.header(b"host") or "").lower()
        name, _, port = value.rpartition(":")
        if not port.isdigit() or name.endswith(":") or not name:
            name = value
        if name.startswith("[") and name.endswith("]"):
            return name[1:-1]
        return name or None

    @property
    def token(self) -> str:
        """The token in the address."""
        query: str = self._scope.get("query_string", b"").decode("latin-1")
        try:
            return parse_qs(query, max_num_fields=20).get("token", [""])[0]
        except ValueError:
            return ""

    def cookie(self, name: str) -> str:
        """Return a cookie's value; an empty text without it."""
        try:
            cookies = SimpleCookie(self.header(b"cookie") or "")
        except CookieError:
            return ""
        return cookies[name].value if name in cookies else ""


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8"), other.encode("utf-8"))


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = message.get("headers", [])
            message = {**message, "headers": [*own, *_HEADERS]}
        await send(message)

    return sending


async def _refuse(status: int, words: str, *, send: Send) -> None:
    body = f"{words}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode("ascii")),
        (b"cache-control", b"no-store"),
        *_HEADERS,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
