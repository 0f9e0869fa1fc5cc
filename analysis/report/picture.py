"""The picture of an encounter or of a moment on a page, and the words below it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from analysis.record.clip import Clip
from analysis.record.final.encounters import FinalEncounter
from analysis.record.labels.labelbook import DISPUTED, Decision
from analysis.record.looks.kinds import SeenKind
from analysis.record.looks.moments import SeenMoment
from analysis.record.results import time_text
from analysis.report.thumbnails import close_up, shrink
from analysis.report.words.measured import shape
from analysis.report.words.reasons import reason_of
from analysis.report.words.together import into
from analysis.values.label import FISH, NOT, UNSURE
from analysis.values.seen import Box
from weir.printable import many, printable

_WIDTH = 640
_WHOLE = 0.9  # of a clip's frames
_CLOSE = 0.42  # of the picture's width, as in report.css
_VERDICTS = {FISH: "fish", NOT: "no fish", UNSURE: "cannot tell", DISPUTED: "disputed"}


@dataclass(frozen=True)
class Picture:
    """The best frame of an encounter as base64 JPEG, and the words below it.

    Attributes:
        anchor: a name by which a link finds it, the same in every run that sees it in
            the same frames.
        kinds: what it shows, its own kind first; then those beside it.
        day, status, score: by which a reader may filter, as by the kinds.
        reason: why it does not count; empty where it counts.
        said: what people say; empty if nobody does.
        verdict: their word alone.
        missing: why there is no picture, where there is none.
        outline: around what moved, for SVG, in thousandths; empty without.
        close: a close up of what moved, as base64 JPEG; empty without.
        corner: the corner of the picture that is farthest from it.
        measured: whether its words say what was measured of it.
    """

    data: str
    title: str
    words: str
    anchor: str = ""
    kinds: tuple[str, ...] = ()
    day: str = ""
    status: str = ""
    score: float = 0.0
    reason: str = ""
    said: str = ""
    verdict: str = ""
    missing: str = "the picture is gone"
    outline: str = ""
    close: str = ""
    corner: str = ""
    measured: bool = False

    @property
    def bytes(self) -> int:
        """How much it adds to the page."""
        return len(self.data) + len(self.close)


def picture_of(final: FinalEncounter, folder: Path, width: int = _WIDTH) -> Picture:
    """Return the picture of an encounter.

    Args:
        final: the encounter.
        folder: where the paths of snapshots start.
        width: the picture is made no wider than this.
    """
    where = _where(final.clip, final.first_frame, final.last_frame)
    data = _read(folder, final.snapshot)
    outline, place = _moved(final)
    return Picture(
        data=_base64(shrink(data, width)),
        title=scores_of(final),
        words=" · ".join([where, *_how_many(final), *_measures(final)]),
        anchor=final.id,
        kinds=tuple(dict.fromkeys(printable(name) for name in _names(final))),
        day=final.clip.date,
        status=final.status,
        score=final.score or 0.0,
        reason=_reason(final),
        said=_said(final.decision),
        verdict=final.review,
        outline=outline,
        close=_base64(close_up(data, place, round(_CLOSE * width))) if place else "",
        corner=_corner(place) if place else "",
        missing=Picture.missing if final.snapshot else "no picture was kept",
        measured=any(_measures(final)),
    )


def picture_of_moment(
    seen: SeenMoment, folder: Path, decision: Optional[Decision]
) -> Picture:
    """Return the picture of a moment.

    Args:
        seen: the moment.
        folder: where the paths of snapshots start.
        decision: what people say of its frames.
    """
    moment = seen.moment
    frames = moment.first_frame, moment.last_frame
    data = _read(folder, seen.snapshot)
    return Picture(
        data=_base64(shrink(data, _WIDTH)),
        title=f"{seen.rank}.{'' if decision else ' not judged'}",
        words=" · ".join(
            [_where(seen.clip, *frames), *shape(moment.elongation, moment.zoom_gain)]
        ),
        anchor=f"moment-{seen.clip.sha256[:16]}-{moment.number}",
        day=seen.clip.date,
        said=_said(decision),
        verdict=decision.verdict if decision else "",
        outline=moment.outline,
        close=_base64(close_up(data, moment.box, round(_CLOSE * _WIDTH))),
        corner=_corner(moment.box),
        missing=Picture.missing if seen.snapshot else "no picture was kept",
    )


def scores_of(final: FinalEncounter) -> str:
    """Return what both models say.

    Like ``fish 0.51, named Brown Trout (0.92 among the names it knows)``.
    Where a person added the encounter, it is what the person says.
    """
    if final.seen is None:
        return f"{final.species or final.label}, added by a person"
    encounter = final.seen.encounter
    words = f"{encounter.label} {encounter.score:.2f}"
    if not encounter.species:
        return words
    score = encounter.species_score
    how_sure = "" if score is None else f" ({score:.2f} among the names it knows)"
    return f"{words}, named {encounter.species}{how_sure}"


def _how_many(final: FinalEncounter) -> Iterator[str]:
    """Say whether it is all of its clip; how many there were, and what was beside."""
    clip = final.clip
    if final.last_frame - final.first_frame + 1 >= _WHOLE * clip.frames_decoded:
        blind = clip.blind_minutes
        of = f", {blind:.1f} min of it blind" if blind else ""
        yield f"as long as its clip{of}: people judge all of it, not this frame alone"
    if final.max_n is not None:
        yield f"MaxN {final.max_n}"
    for kind in _beside(final):
        name = kind.species or kind.label
        doubt = "" if kind.is_sure else ", doubtful"
        frames = many(kind.frames, "frame")
        yield f"beside it {name}, MaxN {kind.max_n}, in {frames}{doubt}"


def _measures(final: FinalEncounter) -> Iterator[str]:
    """Say what was measured of it, as far as that helps somebody who looks at it."""
    seen = final.seen.encounter if final.seen else None
    if seen and seen.background_score is not None:
        where = "without it" if seen.max_n is None else "in its box before and after"
        yield f"{seen.background_score:.2f} {where}"
    if seen:
        yield from shape(seen.elongation, seen.zoom_gain)


def _beside(final: FinalEncounter) -> list[SeenKind]:
    """Return the kinds in an encounter that are not its own."""
    if final.seen is None:
        return []
    found = final.seen.encounter
    own = ((found.label, found.species), (final.label, final.species))
    return [k for k in final.seen.kinds if (k.label, k.species) not in own]


def _names(final: FinalEncounter) -> Iterator[str]:
    yield final.species or final.label
    yield from (kind.species or kind.label for kind in _beside(final))


def _reason(final: FinalEncounter) -> str:
    """Say why it has its status, as far as no person has decided it."""
    if final.seen is None:
        return "the model did not call it a fish"
    reason = reason_of(final.seen.encounter)
    return f"by the model: {reason}" if reason and final.decision else reason


def _read(folder: Path, snapshot: str) -> bytes:
    """Return a picture's bytes; none where it is gone, or was never kept."""
    try:
        return (folder / snapshot).read_bytes() if snapshot else b""
    except OSError:
        return b""


def _moved(final: FinalEncounter) -> tuple[str, Optional[Box]]:
    """Return the outline of what moved, and the box around it."""
    if final.seen:
        outline = final.seen.encounter.outline
        return outline, _box_of(outline) if outline else None
    if final.moment:
        return final.moment.moment.outline, final.moment.moment.box
    return "", None


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _box_of(outline: str) -> Box:
    """Return the box around an outline."""
    corners = (corner.split(",") for corner in outline.split())
    across, down = zip(*((int(x) / 1000, int(y) / 1000) for x, y in corners))
    left, top = min(across), min(down)
    return Box(left, top, max(across) - left, max(down) - top)


def _corner(box: Box) -> str:
    """Name the corner of a picture that is farthest from a box."""
    beside = "left" if box.x + box.width / 2 > 0.5 else "right"
    return f"{'top' if box.y + box.height / 2 > 0.5 else 'bottom'} {beside}"


def _where(clip: Clip, first: int, last: int) -> str:
    """Say when and in which frames of which clip, in local time where it is known."""
    moment = clip.time_of(first)
    local = clip.local(moment)
    when = f"{local:%Y-%m-%d %H:%M:%S}" if local else time_text(moment) or clip.date
    frames = f"frame {first}" if first == last else f"frames {first} to {last}"
    at = f"{into(clip, first, last)} into the clip"
    return " · ".join(part for part in (when, clip.clip, at, frames) if part)


def _said(decision: Optional[Decision]) -> str:
    """Say what people say; an empty text if nobody does."""
    if decision is None:
        return ""
    if decision.verdict == DISPUTED:
        return (
            f"disputed: {', '.join(person or 'somebody' for person in decision.people)}"
        )
    people = ", ".join(person or "somebody" for person in decision.people)
    verb = "say" if len(decision.people) > 1 else "says"
    name = decision.species or decision.label
    called = f": {name}" if name and decision.verdict == FISH else ""
    return f"{_VERDICTS[decision.verdict]}, {verb} {people}{called}"
