"""The picture of an encounter on a page, and the words below it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from analysis.record.final.encounters import FinalEncounter
from analysis.record.labels.labelbook import Decision
from analysis.record.results import time_text
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


def picture_of(final: FinalEncounter, folder: Path) -> Picture:
    """Return the picture of an encounter.

    Args:
        final: the encounter.
        folder: where the paths of snapshots start.
    """
    clip, best = final.clip, final.best_frame
    try:
        data = shrink((folder / final.snapshot).read_bytes(), _PICTURE_WIDTH)
    except OSError:
        data = b""
    shown = final.first_frame if best is None else best
    score = final.species_score or final.score
    frames = final.last_frame - final.first_frame + 1
    return Picture(
        data=base64.b64encode(data).decode("ascii"),
        title=" ".join(
            [final.species or final.label, *([] if score is None else [f"{score:.2f}"])]
        ),
        words=f"{time_text(clip.time_of(shown)) or clip.date} · {clip.clip}"
        f" · frame {shown} · {frames} frame{'s' if frames > 1 else ''}"
        + ("" if final.max_n is None else f" · MaxN {final.max_n}")
        + _said(final.decision),
        missing=Picture.missing if final.snapshot else "no picture was kept",
    )


def _said(decision: Optional[Decision]) -> str:
    """Say what people say, to be put behind other words."""
    if decision is None:
        return ""
    people = ", ".join(person or "nobody named" for person in decision.people)
    return f" · {decision.verdict}: {people}"
