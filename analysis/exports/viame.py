"""VIAME's CSV, one file a clip, which VIAME and DIVE read.

A track is an individual that was followed, with its number in ``tracks.csv``; of runs
without tracks it is an encounter.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

from analysis.exports.observed import Observed, observed_in
from analysis.exports.request import Request
from analysis.record.clip import Clip
from weir import __version__

_HEAD = (
    "# 1: Detection or Track-id",
    *("2: Video or Image Identifier", "3: Unique Frame Identifier"),
    "4-7: Img-bbox(TL_x,TL_y,BR_x,BR_y)",
    *("8: Detection or Length Confidence", "9: Target Length (0 or -1 if invalid)"),
    "10-11+: Repeated Species,Confidence Pairs or Attributes",
)


def write(request: Request, folder: Path) -> tuple[Path, ...]:
    """Write a file for each clip that was analysed, and return their paths."""
    files = []
    for clip in request.results.clips:
        if clip.is_usable:
            files.append(folder / f"{request.name(clip)}.viame.csv")
            _write(request, clip, files[-1])
    return tuple(files)


def _write(request: Request, clip: Clip, path: Path) -> None:
    rate = float(clip.framerate)
    about = {
        "fps": int(rate) if rate.is_integer() else rate,
        "exported_by": f"weir {__version__}",
        "video": request.path(clip),
        "sha256": clip.sha256,
    }
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_HEAD)
        facts = (f"{key}: {json.dumps(value)}" for key, value in about.items())
        writer.writerow(("# metadata", *facts))
        for one in observed_in(request.results, clip):
            writer.writerow(_row(clip, one))


def _row(clip: Clip, one: Observed) -> Iterator[object]:
    box, width, height = one.box, clip.width, clip.height
    moment = datetime(1, 1, 1, tzinfo=timezone.utc) + timedelta(
        seconds=clip.seconds_to(one.frame)
    )
    yield from (one.track, moment.strftime("%H:%M:%S.%f"), one.frame)
    yield from (round(box.x * width), round(box.y * height))
    yield from (
        round((box.x + box.width) * width),
        round((box.y + box.height) * height),
    )
    yield from (f"{one.score:.4f}", -1)
    yield from (_plain(one.name), f"{one.species_score or one.score:.4f}")
    said = one.final.decision
    yield "(trk-atr) reviewed " + (
        _plain("_".join(said.people) or "yes") if said else "no"
    )
    if one.is_whole:
        yield "(atr) whole_frame true"


def _plain(name: str) -> str:
    """Return a name without what would end a cell for readers that do not unquote."""
    plain = "".join(c if c.isprintable() and c not in ',"' else " " for c in name)
    return plain.strip().lstrip("#(") or "unknown"
