"""The book of effort: what became of every planned slot, whatever happened meanwhile.

The book lies in the state directory, on the system's disk, and knows up to which moment
everything is accounted for. What the daemon was not there to see (a power cut, a stop)
it works out from the plan when it is back. A finished line goes to a file beside the
book first and from there to ``effort.jsonl`` on the drive, whenever that is there. A
line by a clock that proves to have been ahead is followed by a second one.
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
from weir.config import DeploymentConfig
from weir.document import Document, write_json
from weir.effort import CLOCK, LEDGER_NAME, NOT_RUNNING, REASONS, EffortLine
from weir.journal import tell

BOOK_NAME = "effort-book.json"
WAITING_NAME = "effort-waiting.jsonl"
LONGEST_GAP = timedelta(days=62)
"""A longer gap is a clock that was wrong, not a daemon that was not running."""

logger = logging.getLogger(__name__)


class EffortBook:
    """The book of one camera.

    Args:
        state: the state directory.
        plan: what was to be filmed.
        deployment: whose effort it is.

    Attributes:
        at: up to where all is accounted for; None in a new book.
        account: of the slot that is not over, if one is open.
        vouched: whether a clock that was known to be right ever stood behind ``at``.
        gap_reason: why slots are missed from ``at`` on until somebody says otherwise.
        last_line: start of the slot that the drive's last line is about, as far as
            this book has seen the drive.
        last_clip: number of the last clip that this book knows of.
        heeded: when a person last gave the word for the clock that ``at`` follows.
        boot, uptime_s: in which boot, and when in it, ``at`` was put down.
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
        """Whether the slot has its last line: it is not filmed again."""
        return self._told.is_done(slot, now)

    def next_slot(self, now: datetime) -> Optional[Slot]:
        """The slot that goes on now or comes next, and has not its line already."""
        after = now
        while slot := self._plan.next_slot(after):
            if not self.is_done(slot, now):
                return slot
            after = slot.end
        return None

    def begin(self, slot: Slot) -> SlotAccount:
        """The account of a slot that is to be filmed now."""
        if self.account is None or self.account.slot != slot:
            self.close()
            self.account = SlotAccount.open(slot)
        return self.account

    def film(self, clip: str, until: datetime) -> None:
        """Book what has passed of the open slot as filmed into a clip."""
        if self.account:
            self.account.film(clip, until)

    def miss(self, reason: str, until: datetime) -> None:
        """Book what has passed of the open slot as lost to a reason."""
        if self.account:
            self.account.miss(reason, until)

    def discard(self, clip: str) -> None:
        """Take back a clip of which not one byte came."""
        if self.account:
            self.account.discard(clip)

    def found(self, clip: str, seconds: float, reason: str) -> None:
        """Correct what a clip of the open slot holds; what is less is lost."""
        if self.account:
            self.account.found(clip, seconds, reason)

    def filmed_s(self, clip: str) -> float:
        """Seconds of the open slot that are booked as filmed into a clip."""
        return self.account.filmed.get(clip, 0.0) if self.account else 0.0

    def note_health(self, health: Mapping[str, Any]) -> None:
        """Note in the open slot how the machine is now."""
        if self.account:
            self.account.health = health

    def catch_up(self, now: datetime, reason: str) -> None:
        """Account for the time up to now, in which nothing was filmed.

        In a new book, or where the clock went back, that is what has passed of the
        slot that goes on now.
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
        """Go on from what the clock says now.

        What was passed over is lost to ``clock``, but only where ``at`` was right: a Pi
        that was switched on for the first time has not missed the years since 1970.
        Within the open slot its account goes on.
        """
        self._withdraw(now)
        if not self.vouched:
            self.at = now
        self.catch_up(now, CLOCK)

    def close_if_over(self) -> None:
        """Write the open slot's line if all of it is accounted for."""
        if self.account and self.account.is_over:
            self.close()

    def close(self, reason: str = NOT_RUNNING) -> None:
        """Write the open slot's line now; what is left of it is lost to ``reason``."""
        account, self.account = self.account, None
        if account is None:
            return
        account.miss(reason, account.slot.end)
        line = account.line(self._deployment)
        self._told.learn([line])
        self._waiting.add(line)
        tell_line(line)

    def save(self, now: datetime, gap_reason: str) -> None:
        """Put the book on the disk: up to now all is accounted for; raises OSError."""
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
        """Whether there are lines for the drive's ledger."""
        return bool(self._waiting)

    @property
    def guesses(self) -> bool:
        """Whether some of them tell of time that only the clock says has passed."""
        return bool(self._guessed)

    def read_drive(self, folder: Path) -> list[EffortLine]:
        """Learn from the drive's ledger which slots have their line.

        A new book (the state directory was lost) goes on behind the last of them.

        Returns:
            The ledger's lines; none where it ends as this book has seen it before.

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
        """Append the lines that wait to the drive's ledger; how many.

        Raises:
            OSError: the drive does not take them; they go on waiting.
        """
        lines = self._waiting.deliver(folder / LEDGER_NAME)
        self._guessed.clear()
        if lines:
            self.read_drive(folder)
        return lines

    def _withdraw(self, now: datetime) -> None:
        """Take back what was guessed of slots that are still to come."""
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
        """Take all that a book says, or nothing; raises ContractError."""
        at = doc.moment("at") if doc.has("at") else None
        reason = doc.text("gap_reason")
        vouched = doc.flag("vouched")
        # What a book of before these fields does not have.
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
        """See what became of the open slot: told of, not yet begun, or planned anew."""
        account = self.account
        if account is None:
            return
        if self._told.knows(account, now):
            # The power went after the line was written and before the book was.
            self.account = None
        elif now < account.slot.start:
            self.close(CLOCK)
        else:
            account.replan(self._plan.slots(account.slot.start, account.slot.end))
            if account.slot.seconds < 1:
                self.account = None  # nothing had happened in it
