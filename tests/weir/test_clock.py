"""The clock: moments are UTC, and what is no moment is told."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.refusal import refusal
from weir import ContractError
from weir.clock import (
    UTC,
    SimulatedClock,
    SystemClock,
    format_offset,
    format_utc,
    parse_offset,
    parse_utc,
)
from weir.service import StopFlag

START = datetime(2026, 5, 1, 5, tzinfo=UTC)


@given(st.datetimes(timezones=st.just(UTC)))
def test_moments_are_read_back(moment: datetime) -> None:
    """To the millisecond."""
    whole = moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    assert parse_utc(format_utc(moment)) == whole


@given(st.text(max_size=30))
def test_no_text_does_worse_than_be_refused(text: str) -> None:
    """As a moment, and as an offset."""
    for read in (parse_utc, parse_offset):
        why = refusal(ContractError, read, text)

        assert not why or repr(text) in why


@pytest.mark.parametrize("text", ["02:00", "+2:00", "++2:00", "+24:00", "+02:00:00"])
def test_an_offset_has_one_form(text: str) -> None:
    """A sign, two digits, two digits, less than a day."""
    with pytest.raises(ContractError, match="is no zone offset"):
        parse_offset(text)


@pytest.mark.parametrize("minutes", [0, 60, -90, 345, -720, 840])
def test_offsets_are_read_back(minutes: int) -> None:
    """East and west."""
    zone = timezone(timedelta(minutes=minutes))

    assert parse_offset(format_offset(START.astimezone(zone))) == zone


def test_a_simulated_clock_moves_when_somebody_waits() -> None:
    """Both of its times by as much."""
    clock, stopping = SimulatedClock(START), StopFlag()
    assert clock.wait(90, stopping) is False

    assert clock.now() == START + timedelta(seconds=90)
    assert clock.monotonic() == 90
    stopping.request()
    assert clock.wait(90, stopping) is True
    assert clock.monotonic() == 90
    stopping.close()


def test_setting_the_clock_moves_no_duration() -> None:
    """As a time server does."""
    clock = SimulatedClock(START, synchronised=False)
    clock.step(START + timedelta(days=3), synchronised=True)

    assert (clock.monotonic(), clock.synchronised()) == (0, True)


@pytest.mark.parametrize("kernel", [True, False, None])
def test_the_kernels_answer_is_one_of_three(
    tmp_path: Path, kernel: Optional[bool]
) -> None:
    """Yes, no, and that it may not be asked."""
    clock = SystemClock(tmp_path / "synchronized", lambda: kernel)

    assert clock.synchronised() is kernel


@pytest.mark.parametrize("kernel", [True, False, None])
def test_a_time_services_word_counts_too(
    tmp_path: Path, kernel: Optional[bool]
) -> None:
    """Some hours after it has set the clock the kernel says no again."""
    witness = tmp_path / "synchronized"
    witness.touch()

    assert SystemClock(witness, lambda: kernel).synchronised() is True


class SetClock(SystemClock):
    """The machine's clock, which a person can set."""

    ahead = timedelta()

    def now(self) -> datetime:
        """As it was set."""
        return super().now() + self.ahead


@pytest.mark.parametrize("ahead", [timedelta(hours=9), timedelta(hours=-9)])
def test_who_sets_the_clock_by_hand_takes_the_time_services_place(
    tmp_path: Path, ahead: timedelta
) -> None:
    """Its mark stays where it is; once it sets the clock again the mark holds again."""
    witness = tmp_path / "synchronized"
    witness.touch()
    clock = SetClock(witness, lambda: False)
    assert clock.synchronised() is True

    clock.ahead = ahead

    assert [clock.synchronised() for _ in range(3)] == [False] * 3
    moment = clock.now().timestamp()
    os.utime(witness, (moment, moment))
    assert clock.synchronised() is True


def test_a_time_service_that_steps_the_clock_is_believed(tmp_path: Path) -> None:
    """It touches its mark when it does so."""
    witness = tmp_path / "synchronized"
    clock = SetClock(witness, lambda: False)
    assert clock.synchronised() is False

    clock.ahead = timedelta(hours=9)
    moment = clock.now().timestamp()
    witness.touch()
    os.utime(witness, (moment, moment))

    assert clock.synchronised() is True


@pytest.mark.parametrize(
    ("has_set", "off_s", "kept"),
    [("1", 0, True), ("1", 4, True), ("1", 3600, False), ("0", 0, False)],
)
def test_a_battery_speaks_for_the_clock(
    tmp_path: Path, has_set: str, off_s: float, kept: bool
) -> None:
    """One that the kernel took the time from, and that still shows the same.

    A Pi 5 has the chip and seldom the battery: that starts in 1970 each time.
    """
    (tmp_path / "rtc0").mkdir()
    (tmp_path / "rtc0" / "hctosys").write_text(f"{has_set}\n")
    seconds = SystemClock().now().timestamp() - off_s
    (tmp_path / "rtc0" / "since_epoch").write_text(f"{seconds:.0f}\n")

    assert SystemClock(batteries=tmp_path).kept() is kept


def test_without_a_hardware_clock_none_has_a_battery(tmp_path: Path) -> None:
    """As on most Pis."""
    assert not SystemClock(batteries=tmp_path / "rtc").kept()


def test_the_systems_clock_is_aware() -> None:
    """And its other time goes up."""
    clock = SystemClock()

    assert clock.now().utcoffset() == timedelta()
    assert clock.monotonic() <= clock.monotonic()


_ASK_IN_A_SANDBOX = """
import ctypes, platform, struct
from weir.clock import kernel_clock_synchronised

calls = {"x86_64": (159, 305), "aarch64": (171, 266)}[platform.machine()]
# seccomp(2): the number of the call, compared; EPERM for these two, and else allowed.
rules = [(0x20, 0, 0, 0), (0x15, 1, 0, calls[0]), (0x15, 0, 1, calls[1]),
         (0x06, 0, 0, 0x00050001), (0x06, 0, 0, 0x7FFF0000)]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *r) for r in rules))
program = struct.pack("HxxxxxxP", len(rules), ctypes.addressof(code))
c = ctypes.CDLL(None, use_errno=True)
assert c.prctl(38, 1, 0, 0, 0) == 0
assert c.prctl(22, 2, program, 0, 0) == 0
print(kernel_clock_synchronised())
"""


@pytest.mark.skipif(
    platform.machine() not in ("x86_64", "aarch64"), reason="other numbers of calls"
)
def test_a_kernel_that_may_not_be_asked_says_neither_yes_nor_no() -> None:
    """In a sandbox that forbids the call."""
    asked = [sys.executable, "-c", _ASK_IN_A_SANDBOX]

    assert subprocess.check_output(asked, text=True) == "None\n"
