"""The pictures of encounters and moments, as files below results/."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

from analysis.values.job import Findings
from analysis.values.record import ClipRecord, moment_name, snapshot_name


@dataclass(frozen=True)
class Pictures:
    """The paths of a clip's pictures below results/, by number."""

    encounters: dict[int, str] = field(default_factory=dict)
    moments: dict[int, str] = field(default_factory=dict)


def write(
    folder: Path, clip: ClipRecord, run: int, findings: Optional[Findings]
) -> Pictures:
    """Write all pictures of a clip below a folder, and return their paths.

    The names depend on the clip and the run alone: where the work is repeated, they are
    overwritten.
    """
    if findings is None:
        return Pictures()
    known = (clip.clip, clip.sha256, run)
    pictures = Pictures(
        {number: snapshot_name(*known, number) for number in findings.snapshots},
        {number: moment_name(*known, number) for number in findings.moment_pictures},
    )
    for number, name in pictures.encounters.items():
        _write(folder / name, findings.snapshots[number])
    for number, name in pictures.moments.items():
        _write(folder / name, findings.moment_pictures[number])
    return pictures


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(exist_ok=True)
    # Not synced one by one: a picture can be made again from the clip.
    file.write_bytes(data)
