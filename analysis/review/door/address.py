"""Where the page is, for people: its address, the way there from afar, and a code."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from typing import Optional

HERE, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104 - only with --lan, and a token
_ELSEWHERE = ("192.0.2.1", 9)  # an address of no machine; nothing is sent to it


def listening(port: int, *, is_lan: bool) -> socket.socket:
    """Open the socket that the page is asked for at.

    Raises:
        OSError: the port is taken, or not ours to take.
    """
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((EVERYWHERE if is_lan else HERE, port))
        opened.listen(128)
    except BaseException:
        opened.close()
        raise
    return opened


def names() -> frozenset[str]:
    """Return this machine's own names."""
    name = socket.gethostname()
    return frozenset({name, f"{name.partition('.')[0]}.local"})


def words(port: int, token: Optional[str]) -> Iterator[str]:
    """Yield the lines that say where the page is.

    Args:
        port: that it is asked for at.
        token: that opens it in a network; None where it can only be reached from here.
    """
    if token is None:
        yield f"http://{HERE}:{port}"
        yield "from another machine, first there, then the same address:"
        yield f"  ssh -L {port}:{HERE}:{port} {socket.gethostname()}"
        return
    address = f"http://{_own_address()}:{port}/?token={token}"
    yield address
    yield from _code(address)
    yield "whoever has this address can say what is in the footage, in your network;"
    yield "what is sent is not encrypted. Safer, without --lan:"
    yield f"  ssh -L {port}:{HERE}:{port} {socket.gethostname()}"


def _own_address() -> str:
    """Return the address by which this machine reaches others."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()


def _code(address: str) -> list[str]:
    """Draw an address as a QR code in letters."""
    import segno

    text = io.StringIO()
    segno.make(address, error="l", micro=False).terminal(text, compact=True)
    return text.getvalue().splitlines()
