"""Names that play with whoever looks: terminal, journal, systemd, table and page."""

from __future__ import annotations

import os
import pty
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.analysis.installation import PATIENCE_S, ROOT, Installation
from tests.analysis.small_host import names
from tests.footage import clip_bytes, zip_bytes

EVIL = "\x1b]0;owned\x07\x1b[2J\r\x9b31m\u202egpj.h264;\uff1dcmd"
MARKS = ("\x1b]0", "\x1b[2J\r\x9b", "\x9b", "\u202e", "\x07")


@contextmanager
def listening(address: Path) -> Iterator[list[str]]:
    """What a service tells systemd, until the block ends."""
    told: list[str] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(address))

        def listen() -> None:
            while said := systemd.recv(1 << 16):
                told.append(said.decode("utf-8", "replace"))

        listener = threading.Thread(target=listen)
        listener.start()
        try:
            yield told
        finally:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
                last.sendto(b"", str(address))
            listener.join()


def seen_on_terminal(command: list[str], environment: dict[str, str]) -> str:
    """All that a command writes to its terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, cwd=ROOT, stdout=theirs, stderr=theirs, stdin=theirs, env=environment
    ) as process:
        os.close(theirs)
        said = b""
        try:
            while piece := os.read(ours, 1 << 16):
                said += piece
        except OSError:
            pass  # nobody has the other end any more
        process.wait(PATIENCE_S)
    os.close(ours)
    return said.decode("utf-8", "replace")


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    """A zip, a clip in it and a file that is rejected, each with an evil name."""
    made = Installation(tmp_path / "made")
    clip = EVIL + ".h264"
    made.drop(EVIL + ".zip", zip_bytes({clip: clip_bytes(1)}))
    made.drop(EVIL + ".mp4", b"no footage")
    return made


def test_no_name_reaches_the_terminal_or_systemd_raw(
    made: Installation, tmp_path: Path
) -> None:
    """Progress line, log, STATUS, and every command that shows names."""
    out = str(tmp_path / "out")
    with listening(tmp_path / "notify") as told:
        environment = {**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify")}
        said = seen_on_terminal(made.command("run", "--once"), environment)
    for command in (["status"], ["export", "--format", "csv", "--output", out]):
        said += seen_on_terminal(made.command(*command), dict(os.environ))

    assert "gpj.h264" in said
    assert "STATUS=analysing" in "".join(told)
    assert [mark for mark in MARKS if mark in said + "".join(told)] == []
    assert "Traceback" not in said


def test_no_name_reaches_a_file_that_people_read_raw(
    made: Installation, tmp_path: Path
) -> None:
    """The tables, the page, and the reason beside what was rejected."""
    made.run("run", "--once")
    made.run("report", "--output", str(tmp_path))
    tables = made.tables()
    reasons = [n for n in names(made.folders.rejected) if n.endswith(".reason.txt")]
    texts = [
        *tables.values(),
        (tmp_path / "report.html").read_text("utf-8"),
        *((made.folders.rejected / name).read_text("utf-8") for name in reasons),
    ]

    assert len(reasons) == 1
    assert "gpj.h264;'\uff1dcmd" in tables["clips"]
    assert [mark for mark in MARKS if any(mark in text for text in texts)] == []
