"""A person's word that the machine's clock is right, as ``clock --trust`` leaves it.

It lies in the state directory, where the daemon reads it. It holds for the boot in
which it was given and for as long as nobody sets the clock again. At a later boot it
still says that its moment has passed, and that what was known before it is void.
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
    """When it was given.

    Attributes:
        at: by the machine's clock.
        boot: the kernel's name for that boot.
        uptime_s: by the monotonic clock.
    """

    at: datetime
    boot: str
    uptime_s: float

    def write(self, state: Path) -> None:
        """Leave it for the daemon, whoever gives it; raises OSError."""
        file = state / WORD_NAME
        fields = {"at": self.at, "boot": self.boot, "uptime_s": self.uptime_s}
        atomic.write_text(file, write_json({"format_version": 1, **fields}))
        file.chmod(0o644)  # root's umask may be strict

    @classmethod
    def read(cls, state: Path) -> Optional[Assurance]:
        """The word that was given last; None where there is none that can be read."""
        try:
            doc = Document.parse(plain.read(state / WORD_NAME), WORD_NAME)
            return cls(doc.moment("at"), doc.text("boot"), doc.number("uptime_s"))
        except (OSError, ContractError):
            return None


class Assurances:
    """What people have said of one machine's clock.

    Args:
        state: the state directory.
        machine: the clock.
        boot: the kernel's name for this boot.
    """

    def __init__(self, state: Path, machine: Clock, boot: str) -> None:
        self._state = state
        self._machine = machine
        self._boot = boot

    def give(self) -> None:
        """Say that the clock is right now; raises OSError."""
        now, uptime_s = self._machine.now(), self._machine.monotonic()
        Assurance(now, self._boot, uptime_s).write(self._state)

    def is_this(self, boot: str) -> bool:
        """Whether a boot is this one; where the kernel does not tell, it is not."""
        return boot == self._boot != ""

    def holds(self) -> bool:
        """Whether somebody has said so of the clock as it goes now."""
        word = Assurance.read(self._state)
        if word is None or not self.is_this(word.boot):
            return False
        # In seconds: a damaged file may hold more of them than a timedelta.
        by_uptime = self._machine.monotonic() - word.uptime_s
        by_clock = (self._machine.now() - word.at) / timedelta(seconds=1)
        return abs(by_clock - by_uptime) < STEP / timedelta(seconds=1)

    def correct(self, book: EffortBook) -> None:
        """Void what a book knew of the time before somebody gave a word."""
        word = Assurance.read(self._state)
        if word and word.at != book.heeded:
            book.at = book.heeded = word.at

    def heeded_by(self, book: EffortBook) -> None:
        """Let a book know that it goes by the last word by now."""
        word = Assurance.read(self._state)
        if word and word.at != book.heeded and self.holds():
            book.heeded = word.at
