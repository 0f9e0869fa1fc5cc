"""The book of effort: what became of every planned slot, whatever happened meanwhile.

The book lies in the state directory, on the system's disk. It knows up to which moment
everything is accounted for. For the time in which the daemon did not run (a power cut,
a stop), it works out from the plan which slots were missed. A finished line first goes
to a file beside the book, and from there to ``effort.jsonl`` whenever the drive is
there. If a line was written by a clock that proves to have been ahead, a second line
follows it. Nobody else writes an account.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Optional

from capture.drive.numbering import counted
from capture.effort.account import SlotAccount, tell_line
from capture.effort.toldslots import ToldSlots
from capture.effort.waitinglines import WaitingLines, read_lines
from capture.events import STATE_LOST
from capture.slots.schedule import Plan, Slot
from capture.troubles import why
from weir import ContractError, atomic, plain
from weir.deployment import DeploymentConfig
from weir.document import Document, write_json
from weir.effort import CLOCK, LEDGER_NAME, NOT_RUNNING, REASONS, EffortLine
from weir.journal import tell

BOOK_NAME = "effort-book.json"
WAITING_NAME = "effort-waiting.jsonl"
LONGEST_GAP = timedelta(days=62)
"""A longer gap means that the clock was wrong, not that the daemon did not run."""

logger = logging.getLogger(__name__)


class EffortBook:
    """The book of one camera.

    Args:
        state: the state directory.
        plan: what was to be filmed.
        deployment: whose effort it is.

    Attributes:
        at: up to when all is accounted for; None in a new book.
        account: that of the open slot; None if no slot is open. To be read, not to
            be written.
        vouched: whether the clock was ever known to be right when ``at`` was written.
        gap_reason: why the slots after ``at`` are missed while no daemon runs.
        last_line: start of the slot of the last line that this book saw on a drive.
        last_clip: number of the last clip that this book knows of.
        heeded: when a person last assured us of the clock that ``at`` goes by.
        boot, uptime_s: the boot, and the seconds since it, at which ``at`` was saved.
    """

    def __init__(self, state: Path, plan: Plan, deployment: DeploymentConfig) -> None:
        self._state = state
        self._plan = plan
        self._deployment = deployment
        self._told = ToldSlots()
        self._waiting = WaitingLines(state / WAITING_NAME)
        self._guessed: set[datetime] = set()
        self.at: Optional[datetime] = None
        self.account: Optional[SlotAccount] = None
        self.vouched = False
        self.gap_reason = NOT_RUNNING
        self.last_line: Optional[datetime] = None
        self.last_clip = counted(state)
        self.heeded: Optional[datetime] = None
        self.boot, self.uptime_s = "", 0.0
        self._load()

    def is_done(self, slot: Slot, now: datetime) -> bool:
        """Whether the slot has its final line, so that it is not filmed again."""
        return self._told.is_done(slot, now)

    def next_slot(self, now: datetime) -> Optional[Slot]:
        """Return the current or the next slot that has no final line yet."""
        after = now
        while slot := self._plan.next_slot(after):
            if not self.is_done(slot, now):
                return slot
            after = slot.end
        return None

    def begin(self, slot: Slot) -> SlotAccount:
        """Open the account of a slot that is to be filmed now, or go on in it."""
        if self.account is None or self.account.slot != slot:
            self.close()
            self.account = SlotAccount.open(slot)
        return self.account

    def film(self, clip: str, until: datetime) -> None:
        """Count the part of the open slot that has passed as filmed into a clip."""
        if self.account:
            self.account.film(clip, until)

    def miss(self, reason: str, until: datetime) -> None:
        """Count the part of the open slot that has passed as lost for a reason."""
        if self.account:
            self.account.miss(reason, until)

    def discard(self, clip: str) -> None:
        """Take back a clip of which not one byte came."""
        if self.account:
            self.account.discard(clip)

    def found(self, clip: str, seconds: float, reason: str) -> None:
        """Correct how many seconds a clip of the open slot holds."""
        if self.account:
            self.account.found(clip, seconds, reason)

    def filmed_s(self, clip: str) -> float:
        """Return how many seconds of the open slot count as filmed into a clip."""
        return self.account.filmed.get(clip, 0.0) if self.account else 0.0

    def note_health(self, health: Mapping[str, Any]) -> None:
        """Note how the machine is in the account of the open slot."""
        if self.account:
            self.account.health = health

    def catch_up(self, now: datetime, reason: str) -> None:
        """Account for the time up to now, in which nothing was filmed.

        In a new book, or if the clock went back, only the past part of the current slot
        is lost.
        """
        self._review(now)
        self.miss(reason, now)
        self.close_if_over()
        if self.at is None or not timedelta() <= now - self.at <= LONGEST_GAP:
            self.at = now
        if self.account is None:
            for slot in self._plan.slots(self.at, now):
                if not self.is_done(slot, now):
                    self.begin(slot).miss(reason, now)
                    self.close_if_over()
                    if self.account is None:
                        self._guessed.add(slot.start)
        self.at = now

    def clock_was_set(self, now: datetime) -> None:
        """Go on from the time that the clock shows now.

        The slots that the clock jumped over are lost for ``clock``, but only if ``at``
        was right: a Pi that is switched on for the first time has not missed the years
        since 1970. If the open slot is not over, its account goes on.
        """
        self._withdraw(now)
        if not self.vouched:
            self.at = now
        self.catch_up(now, CLOCK)

    def close_if_over(self) -> None:
        """Write the open slot's line, if all of the slot is accounted for."""
        if self.account and self.account.is_over:
            self.close()

    def close(self, reason: str = NOT_RUNNING) -> None:
        """Write the open slot's line now; the rest of the slot is lost for a reason."""
        account, self.account = self.account, None
        if account is None:
            return
        account.miss(reason, account.slot.end)
        line = account.line(self._deployment)
        self._told.learn([line])
        self._waiting.add(line)
        tell_line(line)

    def save(self, now: datetime, gap_reason: str) -> None:
        """Put the book on the disk; all is accounted for up to now.

        Slots are missed for ``gap_reason`` until the book is opened again.

        Raises:
            OSError: the disk takes no writes.
        """
        self.at = now
        fields: dict[str, Any] = {
            "format_version": 1,
            "at": self.at,
            "gap_reason": gap_reason,
            "vouched": self.vouched,
            "slot": self.account.to_fields() if self.account else None,
            "last_line": self.last_line,
            "heeded": self.heeded,
            "boot": self.boot,
            "uptime_s": self.uptime_s,
        }
        atomic.write_text(self._state / BOOK_NAME, write_json(fields))

    @property
    def lines_wait(self) -> bool:
        """Whether lines wait for the drive's ledger."""
        return bool(self._waiting)

    @property
    def guesses(self) -> bool:
        """Whether some of the waiting lines rest on nothing but an untrusted clock."""
        return bool(self._guessed)

    def read_drive(self, folder: Path) -> list[EffortLine]:
        """Learn from the drive's ledger which slots have a line.

        A new book (after the state directory was lost) goes on after the last of them.

        Returns:
            The ledger's lines; none if this book has seen its last line before.

        Raises:
            OSError: the ledger cannot be read.
        """
        lines = list(self._ours(read_lines(folder / LEDGER_NAME)))
        self._told.learn(lines)
        if not lines:
            return []
        if self.at is None:
            self.at = lines[-1].planned_end
        seen, self.last_line = self.last_line, lines[-1].planned_start
        return lines if self.last_line != seen else []

    def deliver(self, folder: Path) -> int:
        """Append the waiting lines to the drive's ledger.

        Returns:
            How many were appended.

        Raises:
            OSError: the drive does not take them; they go on waiting.
        """
        lines = self._waiting.deliver(folder / LEDGER_NAME)
        self._guessed.clear()
        if lines:
            self.read_drive(folder)
        return lines

    def _withdraw(self, now: datetime) -> None:
        """Take back the guessed lines of slots that are still to come."""
        wrong = {
            line
            for line in self._ours(self._waiting)
            if line.planned_start in self._guessed and line.planned_end > now
        }
        if wrong:
            self._waiting.withdraw(wrong)
            self._told.forget(wrong)
            self._guessed -= {line.planned_start for line in wrong}

    def _ours(self, lines: Iterable[EffortLine]) -> Iterable[EffortLine]:
        ours = self._deployment.id, self._deployment.camera
        return (line for line in lines if (line.deployment, line.camera) == ours)

    def _load(self) -> None:
        self._told.learn(self._ours(self._waiting))
        file = self._state / BOOK_NAME
        try:
            self._read(Document.parse(plain.read(file), file.name))
        except FileNotFoundError:
            return
        except (OSError, ContractError) as exc:
            tell(logger, STATE_LOST, file=file, reason=why(exc))

    def _read(self, doc: Document) -> None:
        """Take over all of a saved book, or nothing if it raises ContractError."""
        at = doc.moment("at") if doc.has("at") else None
        reason = doc.text("gap_reason")
        vouched = doc.flag("vouched")
        # Books of earlier versions do not have these fields.
        last_line = doc.moment("last_line") if doc.has("last_line") else None
        heeded = doc.moment("heeded") if doc.has("heeded") else None
        boot, uptime_s = doc.text("boot", ""), doc.number("uptime_s", 0)
        account = None
        if doc.has("slot"):
            slot = Document(doc.mapping("slot"), f"{doc.source}: slot")
            account = SlotAccount.from_document(slot)
        self.at, self.vouched, self.account = at, vouched, account
        self.gap_reason = reason if reason in REASONS else NOT_RUNNING
        self.last_line, self.heeded = last_line, heeded
        self.boot, self.uptime_s = boot, uptime_s

    def _review(self, now: datetime) -> None:
        """Drop, close or replan the open slot, if clock or plan have changed."""
        account = self.account
        if account is None:
            return
        if self._told.knows(account, now):
            # The power was cut after the line was written and before the book was.
            self.account = None
        elif now < account.slot.start:
            self.close(CLOCK)
        else:
            account.replan(self._plan.slots(account.slot.start, account.slot.end))
            if account.slot.seconds < 1:
                self.account = None  # nothing had happened in it
