"""Keeps a person's word that the machine's clock is right (``clock --trust``).

It lies in the state directory, where the daemon reads it. It holds during the boot in
which it was given, until somebody sets the clock again. At a later boot it still proves
that its moment has passed, and it makes void what was known of the time before it. The
keys that receipts are signed with are another matter: see ``capture.archives.keyring``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Optional

from capture.effort.book import EffortBook
from capture.slots.fieldclock import STEP
from weir import ContractError, atomic, plain
from weir.clock import Clock
from weir.document import Document, write_json

_LONGEST_BOOT_S = 1e10
WORD_NAME = "clock-trusted.json"


@dataclass(frozen=True)
class Assurance:
    """One assurance that the clock is right.

    Attributes:
        at: when it was given, by the machine's clock.
        boot: in which boot, by the kernel's name.
        uptime_s: when it was given, by the monotonic clock.
    """

    at: datetime
    boot: str
    uptime_s: float

    def write(self, state: Path) -> None:
        """Write it to the state directory, so that the daemon can read it.

        Raises:
            OSError: the state directory cannot be written.
        """
        file = state / WORD_NAME
        fields = {"at": self.at, "boot": self.boot, "uptime_s": self.uptime_s}
        atomic.write_text(file, write_json({"format_version": 1, **fields}))
        file.chmod(0o644)  # root's umask may be strict

    @classmethod
    def read(cls, state: Path) -> Optional[Assurance]:
        """Read the last assurance.

        Returns:
            The assurance; None if there is none, or it cannot be read.
        """
        try:
            doc = Document.parse(plain.read(state / WORD_NAME), WORD_NAME)
            return cls(doc.moment("at"), doc.text("boot"), doc.number("uptime_s"))
        except (OSError, ContractError):
            return None


class Assurances:
    """What people have said of one machine's clock.

    Args:
        state: the state directory.
        machine: the machine's clock.
        boot: the kernel's name for this boot.
    """

    def __init__(self, state: Path, machine: Clock, boot: str) -> None:
        self._state = state
        self._machine = machine
        self._boot = boot

    def give(self) -> None:
        """Assure the daemon that the clock is right now.

        Raises:
            OSError: the state directory cannot be written.
        """
        now, uptime_s = self._machine.now(), self._machine.monotonic()
        Assurance(now, self._boot, uptime_s).write(self._state)

    def is_this(self, boot: str) -> bool:
        """Whether a boot is this one; False if the kernel gives boots no name."""
        return boot == self._boot != ""

    def holds(self) -> bool:
        """Whether somebody gave an assurance for the clock as it goes now."""
        word = Assurance.read(self._state)
        if word is None or not self.is_this(word.boot):
            return False
        # In seconds: a damaged file may hold more of them than a timedelta.
        by_uptime = self._machine.monotonic() - word.uptime_s
        by_clock = (self._machine.now() - word.at) / timedelta(seconds=1)
        return abs(by_clock - by_uptime) < STEP / timedelta(seconds=1)

    def correct(self, book: EffortBook) -> None:
        """Let a book go on from the last assurance; what it knew of before is void."""
        word = Assurance.read(self._state)
        if word and word.at != book.heeded:
            book.at = book.heeded = word.at

    def heeded_by(self, book: EffortBook) -> None:
        """Note in a book that it goes by the last assurance now."""
        word = Assurance.read(self._state)
        if word and word.at != book.heeded and self.holds():
            book.heeded = word.at
