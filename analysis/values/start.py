"""When a clip starts, as something else than its sidecar says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Callable, Optional

from weir.clock import format_utc

TIMES, NAME, CONTAINER = "times", "name", "container"
"""What says when a clip starts: a table that a person made, a name, the container."""


@dataclass(frozen=True)
class Start:
    """When a clip starts, as far as this is known.

    Attributes:
        day: the local date at the camera; None where it is unknown.
        moment: the start, UTC; None where it is unknown.
        utc_offset: local time's offset then, as ``+02:00``; empty where it is unknown.
        source: what says the moment; empty where nothing does.
        doubt: why something that seems to be said is not taken; empty without doubt.
    """

    day: Optional[date] = None
    moment: Optional[datetime] = None
    utc_offset: str = ""
    source: str = ""
    doubt: str = ""

    @property
    def date_text(self) -> str:
        """The date as ISO text; empty where it is unknown."""
        return self.day.isoformat() if self.day else ""

    @property
    def moment_text(self) -> str:
        """The moment as UTC text; empty where it is unknown."""
        return format_utc(self.moment) if self.moment else ""


UNKNOWN = Start()
"""Of a clip of which nothing is known."""

Dated = Callable[[str], Start]
"""Says when a clip starts, from what its container says of its making (or "")."""


@dataclass(frozen=True)
class ToldTime:
    """A line of a table of times: somebody says when a clip starts.

    Attributes:
        clip: its base name, or its path in the delivery or folder.
        start: as it was told; without a moment, what was told before is taken back.
        sha256: the sum of its bytes; empty where only its name is told.
    """

    clip: str
    start: Start
    sha256: str = ""
