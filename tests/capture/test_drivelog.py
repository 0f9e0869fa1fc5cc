"""Warnings are kept beside the footage, and nothing about them stops the filming."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from capture.drive.drivewatch import DriveWatch
from capture.drive.storage import Drive
from capture.drivelog import LARGEST_WAITING, WAITING_NAME, DriveLog
from capture.film.description import Describer
from capture.slots.fieldclock import FieldClock
from tests.capture.river_bank import Field, field, stream
from tests.capture.strange_things import NO_FILES
from weir.clock import UTC, SimulatedClock
from weir.log import LARGEST_LOG, LOG_NAME, LogLine, parse_log

SEVEN = datetime(2026, 5, 1, 5, tzinfo=UTC)  # 07:00 in Berlin
logger = logging.getLogger(__name__)


@pytest.fixture
def creek(in_memory: Path) -> Iterator[Field]:
    """A camera in Berlin, ten minutes before the first slot."""
    with field(in_memory, SimulatedClock(SEVEN - timedelta(minutes=10))) as made:
        yield made


@pytest.fixture
def kept(creek: Field) -> DriveLog:
    """The log of a daemon that looks at its drive when it is told to."""
    drive = Drive.of(creek.settings.capture)
    made = DriveLog(DriveWatch(drive, creek.settings.capture), drive, creek.state)
    made.know(Describer(creek.settings, FieldClock(creek.clock, None), "boot-1"))
    return made


def lines(file: Path) -> list[LogLine]:
    """The lines of a log, all of which can be read."""
    good, bad = parse_log(file.read_bytes(), file.name)
    assert bad == []
    return good


def test_what_went_wrong_in_a_slot_lies_beside_it(creek: Field) -> None:
    """When by the daemon's clock, of which camera and boot, in the journal's words."""
    (creek.drive / "clip00001_9999-12-31_07-00-00.h264.part").write_bytes(stream(9))
    creek.daemon().run(clips=1)

    (line,) = lines(creek.drive / LOG_NAME)
    assert (line.event, line.level) == ("clip_left", "error")
    assert line.message.startswith("clip left unfinished clip=clip00001_9999-12-31")
    assert (line.deployment, line.camera, line.boot_id) == ("creek", "cam1", "boot-1")
    assert (line.at, line.clock_synchronised) == (SEVEN - timedelta(minutes=10), True)


def test_it_is_on_the_drive_while_the_daemon_runs(creek: Field) -> None:
    """Within a minute, before a slot and within one: the power may go at any time."""
    seen: list[tuple[datetime, int]] = []

    def look() -> None:
        log = creek.drive / LOG_NAME
        seen.append((creek.clock.now(), len(lines(log)) if log.exists() else 0))

    def film() -> None:
        look()
        if creek.clock.now() == SEVEN + timedelta(minutes=2):
            logger.warning("a hot day")

    (creek.drive / "clip00001_9999-12-31_07-00-00.h264.part").write_bytes(stream(9))
    creek.camera.on_open, creek.camera.on_wait = look, film
    creek.daemon().run(clips=1)

    assert [count for at, count in seen if at < SEVEN] == [0, 1]
    late = [count for at, count in seen if at > SEVEN + timedelta(minutes=3)]
    assert set(late) == {2}


def test_without_a_drive_it_waits_in_the_state_directory(
    creek: Field, kept: DriveLog
) -> None:
    """And is on the drive as soon as that is there; also by a later daemon."""
    creek.unplug()
    with kept.hearing():
        kept._watch.look()
    kept.write()
    (waiting,) = lines(creek.state / WAITING_NAME)
    assert waiting.event == "drive_lost"

    creek.plug()
    creek.flag.request()
    creek.daemon().run()
    assert lines(creek.drive / LOG_NAME) == [waiting]
    assert not (creek.state / WAITING_NAME).exists()


def test_what_ended_the_daemon_is_kept(creek: Field) -> None:
    """A mistake in Weir itself, too; there is no line for a plain end."""

    def fail() -> None:
        raise ZeroDivisionError("by nothing")

    creek.camera.on_wait = fail
    with pytest.raises(ZeroDivisionError):
        creek.daemon().run()

    line = lines(creek.drive / LOG_NAME)[-1]
    assert (line.level, line.message) == (
        "error",
        "ended by ZeroDivisionError: by nothing",
    )


def test_a_state_that_is_lost_is_kept(creek: Field) -> None:
    """It is told before the daemon has a clock."""
    (creek.state / "effort-book.json").write_text("{")
    creek.daemon().run(clips=1)

    assert [line.event for line in lines(creek.drive / LOG_NAME)] == ["state_lost"]


def test_the_same_words_are_one_line_an_hour(creek: Field, kept: DriveLog) -> None:
    """Which says how often they came."""
    with kept.hearing():
        for _ in range(121):
            logger.warning("no frames")
            logger.info("nothing a person must know")
            creek.clock.advance(60)
    kept.write()

    repeated = [line.repeated for line in lines(creek.drive / LOG_NAME)]
    assert repeated == [0, 59, 59]


@pytest.mark.parametrize("kind", NO_FILES)
def test_a_log_that_cannot_be_written_waits(
    creek: Field, kept: DriveLog, kind: str
) -> None:
    """What has its name is left alone and told of once; then it is all there."""
    NO_FILES[kind](creek.drive / LOG_NAME)
    with kept.hearing():
        for number in range(3):
            logger.warning("warning %d", number)
            kept.write()
    kept.write()
    said = [line.message for line in lines(creek.state / WAITING_NAME)]
    assert [text[:9] for text in said] == ["warning 0", "file not ", *said[2:]][:4]
    assert len(said) == 4

    (creek.drive / LOG_NAME).rename(creek.drive / "away")
    kept.write()
    assert [line.message for line in lines(creek.drive / LOG_NAME)] == said


def test_it_is_bounded_everywhere(creek: Field, kept: DriveLog) -> None:
    """On the drive, in the state directory and in memory; the newest stay."""
    with kept.hearing():
        for place, most in (("drive", LARGEST_LOG), ("state", LARGEST_WAITING)):
            for number in range(4000):
                logger.warning("%s %d %s", place, number, "x" * 900)
                if number % 100 == 99:
                    kept.write()
            file = {
                "drive": creek.drive / LOG_NAME,
                "state": creek.state / WAITING_NAME,
            }
            assert most / 3 < file[place].stat().st_size <= most
            assert lines(file[place])[-1].message.startswith(f"{place} 3999")
            kept._watch.lost("no drive", "pulled")


def test_where_nothing_can_be_written_it_waits_in_memory(
    creek: Field, kept: DriveLog
) -> None:
    """Neither drive nor card; it is in order when the drive is back."""
    creek.unplug()
    (creek.state / WAITING_NAME).mkdir()
    with kept.hearing():
        for number in range(600):
            logger.warning("warning %d", number)
            if number % 50 == 0:
                kept.write()
    creek.plug()
    kept.write()

    said = [line.message for line in lines(creek.drive / LOG_NAME)]
    assert said == [f"warning {number}" for number in range(100, 600)]


def test_a_torn_line_is_not_carried_on(creek: Field, kept: DriveLog) -> None:
    """A power cut came while it was written to the state directory."""
    creek.unplug()
    with kept.hearing():
        logger.warning("whole")
    kept.write()
    with (creek.state / WAITING_NAME).open("ab") as file:
        file.write(b'{"format_version": 1, "depl')
    creek.plug()
    kept.write()

    assert [line.message for line in lines(creek.drive / LOG_NAME)] == ["whole"]


def test_words_that_cannot_be_written_are_changed(creek: Field, kept: DriveLog) -> None:
    """Names on a drive may be no UTF-8, and libraries tell in many lines."""
    with kept.hearing():
        logger.warning("%s", os.fsdecode(b"a\xe9\n  b\x1b[2K"))
    kept.write()

    assert [x.message for x in lines(creek.drive / LOG_NAME)] == ["a? | b?[2K"]
