"""The tables: UTF-8 CSV, one file a subject, columns and order as documented.

Rows are sorted by deployment, camera, date, clip, sha256 and frame. Numbers have a
decimal point, times are UTC, and an unknown value is an empty cell. A text that a
spreadsheet would take for a formula gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Optional

from analysis.record.days import counts_by_day, effort_by_day
from analysis.record.results import Results, time_text
from weir import atomic

Cell = object
_FORMULAS = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
"""What begins a formula, with the full-width forms that spreadsheets also take."""

_CELLS = re.compile(rf"(^|;)(\s*)(?=[{_FORMULAS}])")
"""Where a cell begins, also in a spreadsheet that separates cells by ``;``."""

Table = tuple[Sequence[str], Iterable[Sequence[Cell]]]

CLIPS = (
    *("clip", "archive", "deployment", "camera", "date", "start"),
    *("clock_synchronised", "framerate", "frames_expected", "frames_decoded"),
    *("visible_minutes", "status", "reason", "fish_frames", "encounters", "max_n"),
    "sha256",
)
ENCOUNTERS = (
    *("clip", "encounter", "start", "end", "first_frame", "last_frame", "best_frame"),
    *("label", "score", "species", "species_score", "max_n", "status", "snapshot"),
    "sha256",
)
DETECTIONS = (
    *("clip", "frame", "time", "label", "score", "x", "y", "width", "height"),
    *("species", "species_score", "sha256"),
)
DAILY = (
    *("deployment", "camera", "date", "label", "species", "encounters", "max_n"),
    *("hours_analysed", "visible_minutes"),
)
EFFORT = (
    *("deployment", "camera", "date", "planned_minutes", "filmed_minutes"),
    *("delivered_minutes", "analysed_minutes", "visible_minutes", "missed_reason"),
)


def export(results: Results, folder: Path) -> tuple[Path, ...]:
    """Write all tables into a folder.

    Returns:
        The paths of the files, in the order of the tables.
    """
    tables: dict[str, Table] = {
        "clips.csv": (CLIPS, _clips(results)),
        "encounters.csv": (ENCOUNTERS, _encounters(results)),
        "detections.csv": (DETECTIONS, _detections(results)),
        "daily.csv": (DAILY, _daily(results)),
        "effort.csv": (EFFORT, _effort(results)),
    }
    for name, (columns, rows) in tables.items():
        with atomic.writing(folder / name) as file:
            text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(map(_plain, row) for row in rows)
            text.detach()
    return tuple(folder / name for name in tables)


def _clips(results: Results) -> Iterator[Sequence[Cell]]:
    for clip in results.clips:
        yield (
            clip.clip,
            clip.archive,
            clip.deployment,
            clip.camera,
            clip.date,
            time_text(clip.start),
            _flag(clip.clock_synchronised),
            _number(clip.framerate or None),
            "" if clip.frames_expected is None else clip.frames_expected,
            clip.frames_decoded,
            _number(clip.visible_minutes, 2),
            clip.status,
            clip.reason,
            clip.fish_frames,
            clip.encounters,
            clip.max_n,
            clip.sha256,
        )


def _encounters(results: Results) -> Iterator[Sequence[Cell]]:
    for seen in results.encounters():
        clip, encounter = seen.clip, seen.encounter
        yield (
            clip.clip,
            encounter.number,
            time_text(clip.time_of(encounter.first_frame)),
            time_text(clip.time_of(encounter.last_frame)),
            encounter.first_frame,
            encounter.last_frame,
            encounter.best_frame,
            encounter.label,
            _number(encounter.score, 4),
            encounter.species,
            _number(encounter.species_score, 4),
            encounter.max_n,
            encounter.status,
            seen.snapshot,
            clip.sha256,
        )


def _detections(results: Results) -> Iterator[Sequence[Cell]]:
    for clip, frame, detection in results.detections():
        box = detection.box
        corners = (box.x, box.y, box.width, box.height) if box else (None,) * 4
        yield (
            clip.clip,
            frame,
            time_text(clip.time_of(frame)),
            detection.label,
            _number(detection.score, 4),
            *(_number(value, 5) for value in corners),
            detection.species,
            _number(detection.species_score, 4),
            clip.sha256,
        )


def _daily(results: Results) -> Iterator[Sequence[Cell]]:
    effort = effort_by_day(results)
    for count in counts_by_day(results):
        day = effort[count.day]
        yield (
            *count.day,
            count.label,
            count.species,
            count.encounters,
            count.max_n,
            _number(day.analysed / 60, 4),
            _number(day.visible, 2),
        )


def _effort(results: Results) -> Iterator[Sequence[Cell]]:
    for day, effort in effort_by_day(results).items():
        yield (
            *day,
            _number(effort.planned, 2),
            _number(effort.filmed, 2),
            _number(effort.delivered, 2),
            _number(effort.analysed, 2),
            _number(effort.visible, 2),
            effort.missed_reason,
        )


def _plain(cell: Cell) -> Cell:
    """Make a cell harmless, so that it neither ends its row nor runs in a spreadsheet.

    Anyone can make an archive, and its names may hold a carriage return.
    """
    if not isinstance(cell, str):
        return cell
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in cell)
    return text if _is_number(text) else _CELLS.sub(r"\1\2'", text)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _number(value: Optional[float], digits: int = 6) -> str:
    """Write a number without trailing zeros, and None as an empty text."""
    if value is None:
        return ""
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _flag(value: Optional[bool]) -> str:
    return "" if value is None else str(value).lower()
