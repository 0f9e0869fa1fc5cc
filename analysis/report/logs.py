"""The part of the cameras' logs that the report shows: bounded, and printable."""

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
    """A line of a log as the page shows it.

    Attributes:
        at: UTC text, with a question mark if the clock may have been wrong.
    """

    at: str
    level: str
    words: str


@dataclass(frozen=True)
class CameraLog:
    """The warnings and errors of one camera.

    Attributes:
        errors, warnings: how many of each the record has.
        lines: the newest of them, the newest first.
    """

    deployment: str
    camera: str
    errors: int
    warnings: int
    lines: tuple[ShownLine, ...]


def camera_logs(lines: Iterable[LogLine]) -> list[CameraLog]:
    """Group lines by camera.

    Args:
        lines: ordered by deployment and camera, the newest first.
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
