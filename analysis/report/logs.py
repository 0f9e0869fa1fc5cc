"""What the report shows of the cameras' logs: bounded, in letters that do no harm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, islice

from weir.clock import format_utc
from weir.log import ERROR, LogLine
from weir.printable import printable

MOST_CAMERAS, MOST_LINES = 50, 100
_LONGEST_NAME = 100


@dataclass(frozen=True)
class ShownLine:
    """A line of a log, as it is shown.

    Attributes:
        at: UTC text; with a question mark where that clock was not known to be right.
    """

    at: str
    level: str
    words: str


@dataclass(frozen=True)
class CameraLog:
    """What one camera told of trouble.

    Attributes:
        errors, warnings: how many of each are kept.
        lines: the newest, the last one first.
    """

    deployment: str
    camera: str
    errors: int
    warnings: int
    lines: tuple[ShownLine, ...]


def camera_logs(lines: Iterable[LogLine]) -> list[CameraLog]:
    """Sort lines by camera.

    Args:
        lines: by deployment and camera, the newest first.
    """
    groups = groupby(lines, lambda line: (line.deployment, line.camera))
    return [
        _camera_log(*names, tuple(group))
        for names, group in islice(groups, MOST_CAMERAS)
    ]


def _camera_log(deployment: str, camera: str, lines: tuple[LogLine, ...]) -> CameraLog:
    errors = sum(line.level == ERROR for line in lines)
    return CameraLog(
        printable(deployment)[:_LONGEST_NAME],
        printable(camera)[:_LONGEST_NAME],
        errors,
        len(lines) - errors,
        tuple(_shown(line) for line in lines[:MOST_LINES]),
    )


def _shown(line: LogLine) -> ShownLine:
    more = f" ({line.repeated} times before)" if line.repeated else ""
    doubt = "" if line.clock_synchronised else " ?"
    return ShownLine(
        format_utc(line.at) + doubt, line.level, printable(line.message) + more
    )
