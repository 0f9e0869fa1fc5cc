"""The account of one slot: each of its seconds was filmed, or lost for a reason."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from capture.events import SLOT_FILMED, SLOT_MISSED
from capture.slots.schedule import Slot
from weir.clock import format_offset, format_utc
from weir.deployment import DeploymentConfig
from weir.document import Document
from weir.effort import EffortLine
from weir.journal import tell

logger = logging.getLogger(__name__)

_LONGEST = timedelta(days=366)
SLACK_S = 5.0
"""A camera takes a moment to start: a smaller loss in a whole slot does not count."""


@dataclass
class SlotAccount:
    """What is known of a slot so far.

    Attributes:
        slot: the slot as planned.
        at: up to when its seconds are accounted for.
        filmed: seconds, by clip.
        missed: seconds, by reason of the ledger's.
        health: how the machine was when we last looked.
    """

    slot: Slot
    at: datetime
    filmed: dict[str, float] = field(default_factory=dict)
    missed: dict[str, float] = field(default_factory=dict)
    health: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def open(cls, slot: Slot) -> SlotAccount:
        """Open an account at the beginning of a slot."""
        return cls(slot, slot.start)

    @property
    def is_over(self) -> bool:
        """Whether all of it is accounted for."""
        return self.at >= self.slot.end

    def replan(self, slots: Iterable[Slot]) -> None:
        """Put the slot that the plan has now in place of this account's slot.

        If the plan has no such slot any more, this slot ends at ``at``.

        Args:
            slots: those of a plan that may have been edited since.
        """
        fitting = (s for s in slots if s.start == self.slot.start and s.end >= self.at)
        self.slot = next(fitting, replace(self.slot, end=self.at))

    def film(self, clip: str, until: datetime) -> None:
        """Count the time since ``at`` as filmed into a clip."""
        self.filmed[clip] = self.filmed.get(clip, 0.0) + self._pass(until)

    def miss(self, reason: str, until: datetime) -> None:
        """Count the time since ``at`` as lost for a reason."""
        seconds = self._pass(until)
        if seconds > 0:
            self.missed[reason] = self.missed.get(reason, 0.0) + seconds

    def discard(self, clip: str) -> None:
        """Take back a clip of which not one byte came."""
        self.at -= timedelta(seconds=self.filmed.pop(clip, 0.0))

    def found(self, clip: str, seconds: float, reason: str) -> None:
        """Correct how many seconds a clip holds.

        If they are fewer than thought, the rest counts as lost for the reason. If they
        are more, the surplus counts as filmed.
        """
        thought = self.filmed.get(clip, 0.0)
        self.filmed[clip] = seconds
        if seconds > thought:
            self.filmed[clip] = thought
            self.film(clip, self.at + timedelta(seconds=seconds - thought))
        elif thought > seconds:
            self.missed[reason] = self.missed.get(reason, 0.0) + thought - seconds

    def line(self, deployment: DeploymentConfig) -> EffortLine:
        """Make the slot's line for the ledger, once the slot is over."""
        missed = tuple((why, round(lost, 3)) for why, lost in self.missed.items())
        if self.filmed and sum(lost for _, lost in missed) < SLACK_S:
            missed = ()
        filmed = self.slot.seconds - sum(lost for _, lost in missed)
        local = self.slot.start.astimezone(deployment.zone)
        return EffortLine(
            deployment=deployment.id,
            camera=deployment.camera,
            planned_start=self.slot.start,
            planned_end=self.slot.end,
            utc_offset=format_offset(local),
            filmed_s=max(0, round(filmed, 3)),
            missed=missed,
            clips=tuple(self.filmed),
            health=self.health,
        )

    def to_fields(self) -> dict[str, Any]:
        """Return the account as JSON fields."""
        return {
            "start": self.slot.start,
            "end": self.slot.end,
            "window_end": self.slot.window_end,
            "at": self.at,
            "filmed": self.filmed,
            "missed": self.missed,
            "health": self.health,
        }

    @classmethod
    def from_document(cls, doc: Document) -> SlotAccount:
        """Read back what ``to_fields`` gave.

        Raises:
            ContractError: a field is missing or impossible.
        """
        start, end, window_end, at = (
            doc.moment(name) for name in ("start", "end", "window_end", "at")
        )
        if not start <= at <= end <= start + _LONGEST:
            raise doc.error("at", format_utc(at), "a moment within its slot")
        slot = Slot(start, end, window_end)
        return cls(
            slot,
            at,
            _seconds(doc, "filmed"),
            _seconds(doc, "missed"),
            doc.mapping("health", {}),  # books of before had none
        )

    def _pass(self, until: datetime) -> float:
        until = min(until, self.slot.end)
        seconds = max(0.0, (until - self.at) / timedelta(seconds=1))
        self.at = max(self.at, until)
        return seconds


def tell_line(line: EffortLine) -> None:
    """Log what became of a slot."""
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


def _seconds(doc: Document, field: str) -> dict[str, float]:
    entries = Document(doc.mapping(field), f"{doc.source}: {field}")
    return {key: float(entries.number(key)) for key in doc.mapping(field)}
