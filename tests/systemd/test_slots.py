"""The installed units film by themselves, from a boot on, and time passes.

As shipped: nothing is changed but, in ``make slow``, how often weir-drive looks at the
drive. What a guest cannot give is played: a camera (the simulated one films, in real
time) and a network that sets the clock (what timesyncd leaves behind when it has).
``make soak`` films for sixty minutes, with nothing changed at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.counts import SOAK
from tests.systemd.guest import Guest
from tests.systemd.setting import CONFIG
from tests.systemd.stick import Stick
from tests.systemd.test_capture import QUICK_TIMER

CAPTURE = "weir-capture"
MINUTE = timedelta(minutes=1)
BOOT = timedelta(seconds=20)  # a guest is up and waits for its first slot by then
PI = """
d /run/systemd/timesync
f /run/systemd/timesync/synchronized
"""


@dataclass(frozen=True)
class Day:
    """What is planned: so many slots in one window, from a full minute on."""

    slots: int
    every: timedelta
    record: timedelta

    def config(self, now: datetime) -> str:
        """The config of a window that begins when a guest has booted."""
        start = (now + BOOT).replace(second=0, microsecond=0) + MINUTE
        window = f"{start:%H:%M}-{start + self.slots * self.every:%H:%M}"
        text = CONFIG.replace("00:00-24:00", window)
        text = text.replace(
            "every_minutes = 60", f"every_minutes = {self.every // MINUTE}"
        )
        return text.replace(
            "record_minutes = 60", f"record_minutes = {self.record // MINUTE}"
        )

    @property
    def seconds(self) -> float:
        """All of it, with a boot and the wait for the full minute."""
        return (self.slots * self.every + 3 * MINUTE) / timedelta(seconds=1)


DAY = Day(6, 10 * MINUTE, 8 * MINUTE) if SOAK else Day(3, MINUTE, MINUTE)


@pytest.fixture
def shipped(guest: Guest, stick: Stick, tmp_path: Path) -> Iterator[Guest]:
    """A guest that boots with the units as they are installed, and its drive is in.

    Its journal is printed at the end, and kept as ``journal.txt``.
    """
    guest.run("sh", "-c", "rm -r /etc/systemd/system/weir-*.d")
    if not SOAK:
        guest.drop_in("weir-drive.timer", QUICK_TIMER)
    guest.path("/etc/tmpfiles.d/pi.conf").write_text(PI)
    stick.plug()
    guest.until_property("mnt-usb.mount", "ActiveState", "active")
    config = DAY.config(datetime.now(timezone.utc))
    guest.path("/etc/weir/config.toml").write_text(config)
    guest.run("systemctl", "enable", CAPTURE)
    guest.shut_down()
    guest.boot()
    try:
        yield guest
    finally:
        journal = guest.run("journalctl", "-b", "-q", "--no-pager", check=False)
        (tmp_path / "journal.txt").write_text(journal)
        print(f"\n{journal}\nkept as {tmp_path / 'journal.txt'}")


def ledger(guest: Guest) -> list[dict[str, Any]]:
    """The effort that is written down on the drive."""
    lines = guest.path("/mnt/usb/effort.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.slow
@pytest.mark.timeout(DAY.seconds + 240)
def test_each_slot_is_one_clip_and_nothing_is_a_warning(shipped: Guest) -> None:
    """Every planned slot is filmed whole, while all timers come by."""

    def over() -> bool:
        assert warnings(shipped) == ""
        return len(shipped.journal(CAPTURE, "slot_filmed")) == DAY.slots

    shipped.until(over, f"the end of {DAY.slots} slots", DAY.seconds, every=2)

    clips = {path.name for path in shipped.path("/mnt/usb").glob("clip*")}
    sealed = {each["WEIR_CLIP"] for each in shipped.journal(CAPTURE, "clip_sealed")}
    assert sealed == {clip for clip in clips if clip.endswith(".h264")}
    assert not [clip for clip in clips if clip.endswith(".part")]
    assert len(sealed) == DAY.slots
    assert ["filmed"] * DAY.slots == [line["outcome"] for line in ledger(shipped)]
    assert shipped.property("weir-drive.timer", "LastTriggerUSec") != ""
    assert warnings(shipped) == ""


def warnings(guest: Guest) -> str:
    """What anybody has told at priority warning or above since the boot."""
    return guest.run("journalctl", "-b", "-q", "-p", "warning", "--no-pager")
