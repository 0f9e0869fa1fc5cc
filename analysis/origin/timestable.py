"""A table of times: ``times.csv``, in which a person says when clips start.

Its columns are clip and start, and sha256 where a name alone could mean several clips;
others are passed over. A start is like ``2026-05-01T07:00:00+02:00``; without a zone it
is local time, for which the config must name the zone. An empty one takes back what was
told before.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from io import StringIO
from typing import Optional

from analysis.origin.localtime import start_from_local, start_from_moment
from analysis.values.start import TIMES, UNKNOWN, ToldTime
from weir.archive import DroppedClip
from weir.clip import TIMES_NAME, composed
from weir.deployment import DeploymentConfig

_COLUMNS = ("clip", "start")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_EXAMPLE = "2026-05-01T07:00:00+02:00"


@dataclass(frozen=True)
class ToldTimes:
    """What a table says, and what in it cannot be used, with the number of its line."""

    lines: tuple[ToldTime, ...]
    problems: tuple[str, ...]


def read_times(data: bytes, source: str, deployment: DeploymentConfig) -> ToldTimes:
    """Read a table of times.

    Args:
        data: its bytes; UTF-8, separated by comma, semicolon or tab.
        source: its name, for what cannot be used.
        deployment: the config's, which may name the zone.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ToldTimes((), (f"{source}: is not UTF-8; save it as that",))
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    table = csv.DictReader(StringIO(text, newline=""), delimiter=separator)
    names = [name.strip().lower() for name in table.fieldnames or ()]
    if missing := [name for name in _COLUMNS if name not in names]:
        why = f"has no column {' and no column '.join(missing)}"
        return ToldTimes((), (f"{source}: {why}; its first line must name both",))
    table.fieldnames = names
    return _read(table, source, deployment)


def _read(
    table: csv.DictReader[str], source: str, deployment: DeploymentConfig
) -> ToldTimes:
    lines: list[ToldTime] = []
    problems: list[str] = []
    try:
        for row in table:
            read = _line(row, deployment)
            if isinstance(read, ToldTime):
                lines.append(read)
            elif read:
                problems.append(f"{source}, line {table.line_num}: {read}")
    except csv.Error as exc:
        problems.append(f"{source}, line {table.line_num}: {exc}")
    return ToldTimes(tuple(lines), tuple(problems))


def _line(
    row: Mapping[str, Optional[str]], deployment: DeploymentConfig
) -> ToldTime | str:
    """Read one row; return what is wrong with it, or "" if it is empty."""
    clip, start, sha256 = (
        (row.get(name) or "").strip() for name in ("clip", "start", "sha256")
    )
    clip = composed(clip.removeprefix("'").replace("\\", "/").strip("/"))
    if not clip:
        return "its clip is empty" if start else ""
    if sha256 and not _SHA256.fullmatch(sha256.lower()):
        return f"sha256 {sha256!r} is not 64 hexadecimal digits"
    told = ToldTime(clip, UNKNOWN, sha256.lower())
    if not start:
        return told
    moment = _moment(start)
    if moment is None:
        return f"start {start!r} is no time like {_EXAMPLE}"
    read = start_from_local if moment.tzinfo is None else start_from_moment
    found = read(moment, deployment, TIMES)
    return replace(told, start=found) if found.moment else found.doubt


def _moment(text: str) -> Optional[datetime]:
    try:
        moment = datetime.fromisoformat(re.sub("[Zz]$", "+00:00", text))
    except ValueError:
        return None
    return moment if len(text) > len("2026-05-01") else None  # a date is no start


def of_contents(
    told: ToldTimes, folder: str, clips: Iterable[DroppedClip]
) -> ToldTimes:
    """Say which of a delivery's clips are meant, by their sha256.

    Args:
        told: the table.
        folder: where it lies in the delivery, with a slash behind it; empty at the top.
        clips: the delivery's.
    """
    below = [clip for clip in clips if clip.source.startswith(folder)]
    lines: list[ToldTime] = []
    problems = list(told.problems)
    for line in told.lines:
        meant = {c.sha256 for c in below if _is_called(c, line.clip)}
        if line.sha256:
            meant &= {line.sha256}
        if len(meant) == 1:
            lines.append(replace(line, sha256=meant.pop()))
        else:
            count = len(meant) or "no"
            problems.append(f"{folder}{TIMES_NAME}: {count} clips are {line.clip}")
    return ToldTimes(tuple(lines), tuple(problems))


def _is_called(clip: DroppedClip, name: str) -> bool:
    path = composed(clip.source).replace("\\", "/")
    return f"/{path}".endswith(f"/{name}")
