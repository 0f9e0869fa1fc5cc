"""The picture of an encounter on a page, and the words below it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from analysis.record.labels.labelbook import Decision
from analysis.record.results import SeenEncounter, time_text
from analysis.report.thumbnails import shrink

_PICTURE_WIDTH = 360


@dataclass(frozen=True)
class Picture:
    """The best frame of an encounter as base64 JPEG, and the words below it.

    Attributes:
        missing: why there is no picture, where there is none.
    """

    data: str
    title: str
    words: str
    missing: str = "the picture is gone"


def picture_of(seen: SeenEncounter, folder: Path) -> Picture:
    """Return the picture of an encounter.

    Args:
        seen: the encounter.
        folder: where the paths of snapshots start.
    """
    clip, encounter = seen.clip, seen.encounter
    try:
        data = shrink((folder / seen.snapshot).read_bytes(), _PICTURE_WIDTH)
    except OSError:
        data = b""
    moment = time_text(clip.time_of(encounter.best_frame))
    name = encounter.species or encounter.label
    frames = encounter.last_frame - encounter.first_frame + 1
    return Picture(
        data=base64.b64encode(data).decode("ascii"),
        title=f"{name} {encounter.species_score or encounter.score:.2f}",
        words=f"{moment or clip.date} · {clip.clip} · frame {encounter.best_frame}"
        f" · {frames} frame{'s' if frames > 1 else ''} · MaxN {encounter.max_n}"
        + _said(seen.decision),
        missing=Picture.missing if seen.snapshot else "no picture was kept",
    )


def _said(decision: Optional[Decision]) -> str:
    """Say what people say, to be put behind other words."""
    if decision is None:
        return ""
    people = ", ".join(person or "nobody named" for person in decision.people)
    return f" · {decision.verdict}: {people}"
