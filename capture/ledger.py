"""The book of effort: what became of every planned slot, whatever happened meanwhile.

The book lies in the state directory, on the system's disk, and knows up to which moment
everything is accounted for. What the daemon was not there to see (a power cut, a stop)
it works out from the plan when it is back. A finished line goes to a file beside the
book first and from there to ``effort.jsonl`` on the drive, whenever that is there.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Optional

from capture.account import SlotAccount
from capture.events import SLOT_FILMED, SLOT_MISSED, STATE_LOST, STATE_NOT_KEPT
from capture.schedule import Plan, Slot
from weir import atomic, effort
from weir.clock import format_utc, parse_utc
from weir.config import DeploymentConfig
from weir.document import write_json
from weir.effort import CLOCK, LEDGER_NAME, NOT_RUNNING, EffortLine, parse_ledger
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
    """

    def __init__(self, state: Path, plan: Plan, deployment: DeploymentConfig) -> None:
        self._state = state
        self._plan = plan
        self._deployment = deployment
        self._done: set[datetime] = set()
        self._waiting: list[EffortLine] = []
        self.at: Optional[datetime] = None
        self.account: Optional[SlotAccount] = None
        self.vouched = False
        self.gap_reason = NOT_RUNNING
        self._load()

    def is_done(self, slot: Slot) -> bool:
        """Whether the slot has its line: it is not filmed again."""
        return slot.start in self._done

    def begin(self, slot: Slot) -> SlotAccount:
        """The account of a slot that is to be filmed now."""
        if self.account is None or self.account.slot != slot:
            self.close()
            self.account = SlotAccount.open(slot)
        return self.account

    def catch_up(self, now: datetime, reason: str) -> None:
        """Account for the time up to now, in which nothing was filmed.

        In a new book that is what has passed of the slot that goes on now.
        """
        if self.account:
            self.account.miss(reason, now)
            self.close_if_over()
        if self.at is None or now - self.at > LONGEST_GAP:
            self.at = now
        if self.account is None:
            for slot in self._plan.slots(self.at, now):
                if not self.is_done(slot):
                    self.begin(slot).miss(reason, now)
                    self.close_if_over()
        self.at = now

    def clock_was_set(self, now: datetime) -> None:
        """Go on from what the clock says now.

        What was passed over is lost to ``clock``, but only where ``at`` was right: a Pi
        that was switched on for the first time has not missed the years since 1970.
        Within the open slot its account goes on.
        """
        slot = self.account.slot if self.account else None
        if slot and not slot.start <= now < slot.end:
            self.close(CLOCK)
        if not self.vouched or self.at is None or now < self.at:
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
        self._done.add(line.planned_start)
        self._waiting.append(line)
        _tell(line)
        try:
            atomic.append_line(self._state / WAITING_NAME, line.to_json())
        except OSError as exc:
            # The system's disk is full or read-only: the line waits in memory.
            tell(logger, STATE_NOT_KEPT, reason=str(exc))

    def save(self, now: datetime, gap_reason: str) -> None:
        """Put the book on the disk: up to now all is accounted for; raises OSError."""
        self.at = now
        fields: dict[str, Any] = {
            "format_version": 1,
            "at": self.at,
            "gap_reason": gap_reason,
            "vouched": self.vouched,
            "slot": self.account.to_fields() if self.account else None,
        }
        atomic.write_text(self._state / BOOK_NAME, write_json(fields))

    @property
    def lines_wait(self) -> bool:
        """Whether there are lines for the drive's ledger."""
        return bool(self._waiting)

    def read_drive(self, folder: Path) -> None:
        """Learn from the drive's ledger which slots have their line.

        A new book (the state directory was lost) goes on behind the last of them.
        """
        lines = list(self._ours(_read_lines(folder / LEDGER_NAME)))
        self._done |= {line.planned_start for line in lines}
        if self.at is None and lines:
            self.at = lines[-1].planned_end

    def deliver(self, folder: Path) -> int:
        """Append the lines that wait to the drive's ledger; how many.

        Raises:
            OSError: the drive does not take them; they go on waiting.
        """
        if not self._waiting:
            return 0
        # The power may have gone between the append and the end of the waiting.
        on_drive = self._ours(_read_lines(folder / LEDGER_NAME))
        there = {line.planned_start for line in on_drive}
        fresh = [line for line in self._waiting if line.planned_start not in there]
        for line in fresh:
            effort.append(folder / LEDGER_NAME, line)
        self._waiting.clear()
        with suppress(OSError):
            (self._state / WAITING_NAME).unlink()
        return len(fresh)

    def _ours(self, lines: Iterable[EffortLine]) -> Iterable[EffortLine]:
        ours = self._deployment.id, self._deployment.camera
        return (line for line in lines if (line.deployment, line.camera) == ours)

    def _load(self) -> None:
        self._waiting = _read_lines(self._state / WAITING_NAME)
        self._done |= {line.planned_start for line in self._ours(self._waiting)}
        file = self._state / BOOK_NAME
        try:
            fields = json.loads(file.read_text("utf-8"))
            self.at = parse_utc(fields["at"]) if fields["at"] else None
            self.gap_reason = str(fields["gap_reason"])
            self.vouched = bool(fields["vouched"])
            slot = fields["slot"]
            self.account = SlotAccount.from_fields(slot) if slot else None
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
            tell(logger, STATE_LOST, file=file, reason=str(exc))
        self._drop_unplanned()

    def _drop_unplanned(self) -> None:
        """Close an account of a slot that the present plan does not have."""
        slot = self.account.slot if self.account else None
        if slot and (
            self.is_done(slot) or slot not in self._plan.slots(slot.start, slot.end)
        ):
            self.account = None


def _read_lines(file: Path) -> list[EffortLine]:
    try:
        lines, _ = parse_ledger(file.read_bytes(), file.name)
    except FileNotFoundError:
        return []
    return lines


def _tell(line: EffortLine) -> None:
    lost = ", ".join(f"{why} {seconds:.0f} s" for why, seconds in line.missed)
    tell(
        logger,
        SLOT_MISSED if line.missed else SLOT_FILMED,
        slot=format_utc(line.planned_start),
        outcome=line.outcome,
        filmed_s=round(line.filmed_s),
        planned_s=round(line.planned_s),
        reason=lost or "-",
    )
