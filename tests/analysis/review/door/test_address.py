"""What is said of where the page is."""

from __future__ import annotations

import socket

import pytest

from analysis.review.door.address import listening, words
from analysis.review.door.gate import Keys


def test_it_is_here_alone_and_says_the_way_from_afar() -> None:
    """With the line that somebody types."""
    lines = list(words(8471, None))

    assert lines[0] == "http://127.0.0.1:8471"
    assert f"ssh -L 8471:127.0.0.1:8471 {socket.gethostname()}" in lines[-1]
    with listening(0, is_lan=False) as opened:
        assert opened.getsockname()[0] == "127.0.0.1"


def test_in_a_network_it_shows_its_token_and_a_code() -> None:
    """128 bits, new at each start, and the safer way beside it."""
    token = Keys.new(8471, with_token=True).token or ""
    lines = list(words(8471, token))

    assert lines[0].endswith(f":8471/?token={token}")
    assert len(bytes.fromhex(token)) == 16
    assert token != Keys.new(8471, with_token=True).token
    assert sum("\N{FULL BLOCK}" in line for line in lines) > 10
    assert "ssh -L" in lines[-1]


def test_a_port_that_is_taken_is_named() -> None:
    """And who wants it is told what to do."""
    with listening(0, is_lan=False) as opened:
        port = opened.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            listening(port, is_lan=False)
