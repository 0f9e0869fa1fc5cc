"""The effort ledger: one line for each planned slot says what became of it.

Counts mean nothing without effort. The camera's machine appends lines to
``effort.jsonl`` on the drive, the archive carries the file, and the host reads it. A
line is written when its slot is over, and is never changed. A slot may have been filmed
in several clips, and may have been cut short for several reasons. If a slot has two
lines, the later one holds: the first was written by a clock that was ahead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Optional, Union

from weir import ContractError, atomic
from weir.document import Document, write_json_line
from weir.lines import parse_lines

LEDGER_NAME = "effort.jsonl"
FORMAT_VERSION = 1
_PRUNED = b'"pruned"'

FILMED, SHORTENED, MISSED = "filmed", "shortened", "missed"
"""A slot was filmed whole, in part, or not at all."""

NO_DRIVE, DRIVE_FULL, DRIVE_ERROR = "no drive", "drive full", "drive error"
CAMERA, CLOCK = "camera", "clock"
NOT_RUNNING, STOPPED = "not running", "stopped"
REASONS = (NO_DRIVE, DRIVE_FULL, DRIVE_ERROR, CAMERA, NOT_RUNNING, CLOCK, STOPPED)
"""Why part of a slot was not filmed, in the ledger's words."""


@dataclass(frozen=True)
class EffortLine:
    """What became of one planned slot.

    Attributes:
        planned_start, planned_end: the slot, UTC.
        utc_offset: local time's offset at its start, as ``+02:00``.
        filmed_s: how many seconds of it lie on the drive.
        missed: each reason, and the seconds that were lost to it; these seconds and
            ``filmed_s`` add up to the planned ones.
        clips: base names of the clips that were filmed in it.
        health: the machine's last readings in this slot; empty if it was off.
    """

    deployment: str
    camera: str
    planned_start: datetime
    planned_end: datetime
    utc_offset: str
    filmed_s: float
    missed: tuple[tuple[str, float], ...] = ()
    clips: tuple[str, ...] = ()
    health: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def planned_s(self) -> float:
        """How long the slot was planned to be, in seconds."""
        return (self.planned_end - self.planned_start) / timedelta(seconds=1)

    @property
    def outcome(self) -> str:
        """What became of the slot: ``filmed``, ``shortened`` or ``missed``."""
        if not self.missed:
            return FILMED
        return SHORTENED if self.filmed_s > 0 else MISSED

    def to_json(self) -> str:
        """The line, without a newline."""
        health = {"health": self.health} if self.health else {}
        return write_json_line(
            {
                "format_version": FORMAT_VERSION,
                "deployment": self.deployment,
                "camera": self.camera,
                "planned_start": self.planned_start,
                "planned_end": self.planned_end,
                "utc_offset": self.utc_offset,
                "outcome": self.outcome,
                "filmed_s": self.filmed_s,
                "missed": [{"reason": r, "seconds": s} for r, s in self.missed],
                "clips": list(self.clips),
                **health,
            }
        )

    @classmethod
    def from_json(cls, text: Union[str, bytes], source: str) -> EffortLine:
        """Read one line of a ledger.

        Raises:
            ContractError: it is not such a line.
        """
        doc = Document.parse(text, source)
        doc.require_version(FORMAT_VERSION)
        line = cls(
            deployment=doc.name("deployment"),
            camera=doc.name("camera"),
            planned_start=doc.moment("planned_start"),
            planned_end=doc.moment("planned_end"),
            utc_offset=doc.offset("utc_offset"),
            filmed_s=doc.number("filmed_s"),
            missed=tuple(
                (part.text("reason"), part.number("seconds"))
                for part in doc.documents("missed")
            ),
            clips=tuple(str(name) for name in doc.items("clips", [])),
            health=doc.mapping("health", {}),
        )
        if line.planned_end <= line.planned_start or line.filmed_s < 0:
            raise ContractError(f"{source}: a slot that ends before it starts")
        return line


@dataclass(frozen=True)
class PruneLine:
    """A note that clips were deleted by a receipt that no trusted key had signed.

    It belongs to no slot, and is left out when effort is read.

    Attributes:
        pruned: when, by the machine's clock, UTC.
        archive: the name in the receipt.
        receipt_sha256: sum of the receipt as it was read.
        clips: how many clips the receipt names.
    """

    deployment: str
    camera: str
    pruned: datetime
    archive: str
    receipt_sha256: str
    clips: int

    def to_json(self) -> str:
        """The line, without a newline."""
        return write_json_line(
            {"format_version": FORMAT_VERSION, **self.__dict__, "unsigned": True}
        )


def append(path: Path, line: Union[EffortLine, PruneLine]) -> None:
    """Add a line to a ledger, and sync it.

    Raises:
        OSError: the drive failed.
    """
    atomic.append_line(path, line.to_json())


def parse_ledger(data: bytes, source: str) -> tuple[list[EffortLine], list[str]]:
    """Read a ledger; a line that a power cut tore does not spoil the others.

    Returns:
        The lines that can be read, in order, and what is wrong with the others (of
        many, only the first).
    """
    return parse_lines(data, source, _read_line)


def _read_line(text: bytes, source: str) -> Optional[EffortLine]:
    """Read the line of a slot; return None for the line of a prune."""
    if _PRUNED in text and Document.parse(text, source).has("pruned"):
        return None
    return EffortLine.from_json(text, source)
