"""Events: words for people, fields for machines, one line whatever stands in a name."""

from __future__ import annotations

import array
import logging
import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from weir.journal import (
    Event,
    JournalHandler,
    PriorityFormatter,
    choose_handler,
    pack,
    priority,
    tell,
)

EVENT = Event("clip_lost", logging.WARNING, "clip lost clip={clip} n={n:d}", "Look.")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[tuple[socket.socket, logging.Logger]]:
    """A socket in the journal's place, and a logger that leads there."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "journal"))
        sock.settimeout(5)
        logger = logging.Logger("test")  # noqa: LOG001 - of this test alone
        handler = JournalHandler("weir-analysis", tmp_path / "journal")
        logger.addHandler(handler)
        yield sock, logger
        handler.close()


def fields(data: bytes) -> dict[str, bytes]:
    """What was sent, by the journal's native protocol."""
    found = {}
    while data:
        line, _, data = data.partition(b"\n")
        name, equals, value = line.partition(b"=")
        if not equals:
            (size,) = struct.unpack("<Q", data[:8])
            value, data = data[8 : 8 + size], data[9 + size :]
        found[name.decode()] = value
    return found


def test_an_event_is_told_with_its_fields(
    journal: tuple[socket.socket, logging.Logger],
) -> None:
    """Each has a name of its own."""
    sock, logger = journal
    tell(logger, EVENT, clip="a.h264", n=3)
    sent = fields(sock.recv(9999))

    assert sent["MESSAGE"] == b"clip lost clip=a.h264 n=3"
    assert (sent["PRIORITY"], sent["WEIR_EVENT"]) == (b"4", b"clip_lost")
    assert (sent["WEIR_CLIP"], sent["WEIR_N"]) == (b"a.h264", b"3")
    assert sent["MESSAGE_ID"].decode() == EVENT.message_id


def test_names_with_newlines_stay_on_one_line(
    journal: tuple[socket.socket, logging.Logger],
) -> None:
    """In the words; the field has the name as it is."""
    sock, logger = journal
    tell(logger, EVENT, clip="a\nERROR\x1b[2K\x85\u2028\udce9.h264", n=1)
    sent = fields(sock.recv(9999))

    assert sent["MESSAGE"].decode() == "clip lost clip=a | ERROR?[2K | ?.h264 n=1"
    assert sent["WEIR_CLIP"].startswith(b"a\nERROR")


def test_a_reason_of_many_lines_is_read_on_one(
    journal: tuple[socket.socket, logging.Logger],
) -> None:
    """Whatever ends them; what is empty or only set in is left out."""
    sock, logger = journal
    tell(logger, EVENT, clip="no camera:\r\n\tsensor\t2\n\n  not found\n", n=1)
    sent = fields(sock.recv(9999))

    assert sent["MESSAGE"].decode() == (
        "clip lost clip=no camera: | sensor 2 | not found n=1"
    )


def test_what_is_too_long_for_a_datagram_arrives(
    journal: tuple[socket.socket, logging.Logger],
) -> None:
    """As a sealed memory file."""
    sock, logger = journal
    tell(logger, EVENT, clip="x" * 1_000_000, n=1)
    _, ancillary, _, _ = sock.recvmsg(10, socket.CMSG_SPACE(4))
    (descriptor,) = array.array("i", ancillary[0][2])
    sent = fields(os.pread(descriptor, 3_000_000, 0))
    os.close(descriptor)

    assert len(sent["WEIR_CLIP"]) == 1_000_000


def test_a_journal_that_is_gone_ends_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error goes to standard error."""
    handler = JournalHandler("weir-analysis", tmp_path / "nowhere")
    handler.emit(logging.LogRecord("a", logging.INFO, "f", 1, "words", (), None))
    handler.close()

    assert "No such file" in capsys.readouterr().err


def test_values_with_newlines_carry_their_length() -> None:
    """By the protocol."""
    assert pack({"A": "b", "C": "d\ne"}) == (
        b"A=b\nC\n" + struct.pack("<Q", 3) + b"d\ne\n"
    )


@pytest.mark.parametrize(
    ("level", "expected"),
    [(logging.DEBUG, 7), (logging.INFO, 6), (logging.WARNING, 4), (logging.ERROR, 3)],
)
def test_levels_become_priorities(level: int, expected: int) -> None:
    """Those of syslog."""
    assert priority(level) == expected


def test_each_line_of_a_pipe_to_the_journal_has_its_priority() -> None:
    """Tracebacks, too."""
    record = logging.LogRecord("a", logging.ERROR, "f", 1, "one\ntwo", (), None)

    assert PriorityFormatter().format(record) == "<3>one\n<3>two"


def test_a_terminal_gets_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where standard error is not systemd's."""
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    handler = choose_handler("weir-analysis")

    assert isinstance(handler, logging.StreamHandler)
    assert not isinstance(handler.formatter, PriorityFormatter)


def test_systemds_stream_is_known(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By device and inode, as systemd says."""
    with (tmp_path / "stderr").open("w") as file:
        facts = os.fstat(file.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{facts.st_dev}:{facts.st_ino}")
        monkeypatch.setattr("sys.stderr", file)
        monkeypatch.setattr("weir.journal.JOURNAL_SOCKET", tmp_path / "no journal")
        handler = choose_handler("weir-analysis")

    assert isinstance(handler.formatter, PriorityFormatter)
