"""The log: what is written is read, and it stays as long as it may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.capture.strange_things import NO_FILES
from weir import ContractError, log
from weir.clock import parse_utc
from weir.log import LogLine, parse_log

LINE = LogLine(
    deployment="creek",
    camera="cam1",
    at=parse_utc("2026-05-01T05:00:00Z"),
    clock_synchronised=True,
    boot_id="boot-1",
    level="warning",
    event="drive_lost",
    message="drive not usable reason=no drive",
    repeated=3,
)


def test_a_line_is_read_as_it_was_written() -> None:
    """On one line, with its version."""
    assert LogLine.from_json(LINE.to_json(), "log:1") == LINE
    assert "\n" not in LINE.to_json()
    assert LINE.to_json().startswith('{"format_version": 1, "deployment": "creek"')


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ('"warning"', '"fatal"', "level = 'fatal'; expected warning or error"),
        ('"format_version": 1', '"format_version": 2', "a newer Weir"),
        ('"2026-', '"9999-', "a time between 1970 and 2200"),
        ('"repeated": 3', '"repeated": -3', "0 or more"),
    ],
)
def test_what_is_no_line_of_ours_is_refused(before: str, after: str, why: str) -> None:
    """It names file, line and field."""
    with pytest.raises(ContractError, match=f"log:1: .*{why}"):
        LogLine.from_json(LINE.to_json().replace(before, after), "log:1")


def test_a_torn_line_spoils_itself_only() -> None:
    """A power cut came while the second was written."""
    whole = LINE.to_json()
    lines, problems = parse_log(f"{whole}\n{whole[:50]}\n{whole}\n".encode(), "log")

    assert lines == [LINE, LINE]
    assert [problem[:6] for problem in problems] == ["log:2:"]


def test_a_message_is_no_longer_than_it_may_be() -> None:
    """Whoever wrote it."""
    long = LINE.to_json().replace("drive not", "drive not " + "x" * 5000)

    assert len(LogLine.from_json(long, "log").message) == log.LONGEST_MESSAGE


def test_a_log_that_is_full_keeps_the_newer_half(tmp_path: Path) -> None:
    """Whole lines; what a power cut left without an end is ended."""
    file = tmp_path / "log"
    file.write_bytes(b"torn")
    for number in range(3000):
        log.append(file, f"{number:08d}", most=10_000)
        assert file.stat().st_size <= 10_000
    lines = file.read_text().splitlines()

    assert lines[-1] == "00002999"
    assert lines == [f"{n:08d}" for n in range(3000 - len(lines), 3000)]
    assert len(lines) > 500


@pytest.mark.parametrize("most", [92, 93])
def test_a_torn_end_is_ended_first(tmp_path: Path, most: int) -> None:
    """Where the older half is dropped, and where there is just no room to end it."""
    file = tmp_path / "log"
    file.write_bytes(b"0000000\n" * 10 + b"torn")
    log.append(file, "00000001", most)

    assert file.stat().st_size <= most
    assert file.read_text().splitlines()[-2:] == ["torn", "00000001"]


def test_more_at_once_than_there_is_room_for(tmp_path: Path) -> None:
    """The newest lines, whole ones."""
    log.append(tmp_path / "log", "\n".join(f"{n:08d}" for n in range(3000)), most=1000)

    lines = (tmp_path / "log").read_text().splitlines()
    assert lines == [f"{n:08d}" for n in range(3000 - len(lines), 3000)]
    assert len(lines) == 55


@pytest.mark.parametrize("kind", NO_FILES)
def test_what_is_no_file_is_not_written(tmp_path: Path, kind: str) -> None:
    """Nor waited for, nor replaced."""
    (tmp_path / "drive").mkdir()
    NO_FILES[kind](tmp_path / "drive/log")
    for most in (10_000, 1):
        with pytest.raises(OSError, match="a plain file was expected"):
            log.append(tmp_path / "drive/log", "words", most)
