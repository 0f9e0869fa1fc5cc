"""Reads the record in a process of its own, and writes each item as a line.

The process ends when it is done, and takes along the memory that reading needs.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from analysis.record.clip import Clip
from analysis.record.file.reader import reading
from analysis.record.labels.fitting import fit_of
from analysis.record.labels.labelbook import LabelBook
from analysis.record.labels.labelreader import read_labels
from analysis.record.looks.moments import SeenMoment
from analysis.record.looks.shownframes import sources
from analysis.record.results import Results, SeenEncounter
from analysis.record.thresholds.kept import bar
from analysis.review.items import ENCOUNTER, LOST, MOMENT, Item, item_id, written
from analysis.values.label import Label
from weir import WeirError
from weir.clock import format_utc
from weir.printable import printable

_CALM = 5
_UNKNOWN: dict[str, object] = {
    **dict.fromkeys(("label", "species", "status", "decided_by"), ""),
    **dict.fromkeys(("outline", "picture"), ""),
    **dict.fromkeys(("score", "threshold"), 0.0),
    **dict.fromkeys(("species_score", "max_n", "box")),
    "rank": 0,
}


def items(results: Results, came: dict[str, tuple[str, str]]) -> Iterator[Item]:
    """Yield everything that a person can be asked about, clip by clip.

    Args:
        results: the newest run of each clip.
        came: when each clip came, and its path below the inbox, by its sha256.
    """
    for seen in results.encounters():
        yield _encounter(results, seen, came[seen.clip.sha256])
    for moment in results.moments():
        yield _moment(moment, came[moment.clip.sha256])
    clips = {clip.sha256: clip for clip in results.clips}
    for label in fit_of(results.book, results).again:
        yield _lost(clips[label.sha256], label, came[label.sha256])


def _encounter(results: Results, seen: SeenEncounter, source: tuple[str, str]) -> Item:
    clip, e = seen.clip, seen.encounter
    return _item(
        clip,
        source,
        sort=ENCOUNTER,
        number=e.number,
        frames=(e.first_frame, e.last_frame, e.best_frame),
        label=e.label,
        score=e.score,
        species=e.species,
        species_score=e.species_score,
        max_n=e.max_n,
        status=e.status,
        decided_by=e.decided_by,
        threshold=bar(results.settings[clip.run], results.threshold),
        outline=e.outline,
        picture=seen.snapshot,
    )


def _moment(seen: SeenMoment, source: tuple[str, str]) -> Item:
    m = seen.moment
    return _item(
        seen.clip,
        source,
        sort=MOMENT,
        number=m.number,
        frames=(m.first_frame, m.last_frame, m.best_frame),
        score=m.strength,
        rank=seen.rank,
        box=(m.box.x, m.box.y, m.box.width, m.box.height),
        outline=m.outline,
        picture=seen.snapshot,
    )


def _lost(clip: Clip, label: Label, source: tuple[str, str]) -> Item:
    middle = (label.first_frame + label.last_frame) // 2
    frames = (label.first_frame, label.last_frame, middle)
    return _item(clip, source, sort=LOST, number=0, frames=frames)


def _item(
    clip: Clip,
    came: tuple[str, str],
    *,
    sort: str,
    number: int,
    frames: tuple[int, int, int],
    **more: object,
) -> Item:
    first, last, best = frames
    values: dict[str, object] = {
        "id": item_id(sort, clip.sha256, first, last),
        "sort": sort,
        "sha256": clip.sha256,
        "clip": clip.clip,
        "run": clip.run,
        "number": number,
        "first": first,
        "last": last,
        "best": best,
        **_UNKNOWN,
        "deployment": clip.deployment,
        "camera": clip.camera,
        "day": clip.date,
        "local": _local(clip, best),
        "frames": clip.frames_decoded,
        "framerate": clip.framerate,
        "received": came[0],
        "source": came[1],
        "bytes": clip.bytes,
        **more,
    }
    return Item(**values)  # type: ignore[arg-type]


def _local(clip: Clip, frame: int) -> str:
    moment = clip.time_of(frame)
    if moment is None:
        return ""
    local = clip.local(moment)
    if local is None:
        return format_utc(moment)
    return f"{local:%Y-%m-%d %H:%M:%S} {clip.utc_offset}"


def _species(results: Results) -> list[str]:
    """Return the species that the runs' models know, in the models' order."""
    found: dict[str, None] = {}
    for clip in results.clips:
        settings = results.settings[clip.run].get("classifier") or {}
        found.update(dict.fromkeys(settings.get("labels") or ()))
    return list(found)


def main(record: Path) -> int:
    """Write the species that models know, then every item, to standard output.

    Returns:
        The exit code; 1 with words on standard error if the record cannot be read.
    """
    os.nice(_CALM)
    try:
        book = LabelBook(read_labels(record.parent.parent / "labels"))
        with reading(record) as db:
            results = Results(db, book=book)
            sys.stdout.write(json.dumps(_species(results)) + "\n")
            for line in written(items(results, sources(db))):
                sys.stdout.write(line + "\n")
    except (WeirError, OSError) as exc:
        sys.stderr.write(printable(str(exc)) + "\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
