"""Which clips of the record a run has not looked at yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Optional

from analysis import StoreError
from analysis.record.file.sqlite import Connection
from analysis.values.record import ArchiveRecord, KnownClip

_CHOSEN = (
    " (:camera IS NULL OR camera = :camera)"
    " AND (:first IS NULL OR date >= :first)"
    " AND (:last IS NULL OR (date <= :last AND date <> ''))"
)
_HAS = "EXISTS (SELECT 1 FROM analyses a WHERE a.sha256 = c.sha256 AND a.run = :run)"


@dataclass(frozen=True)
class Chosen:
    """Which clips are asked for.

    Attributes:
        first, last: local dates at the camera, ISO, both included; None for no limit.
            A clip whose date is unknown lies within no limit.
        camera: the name of one camera; None for all.
    """

    first: Optional[str] = None
    last: Optional[str] = None
    camera: Optional[str] = None

    @property
    def is_none(self) -> bool:
        """Whether no day lies between the dates."""
        return bool(self.first and self.last and self.first > self.last)


@dataclass(frozen=True)
class RunState:
    """What a run has and lacks of the chosen clips.

    Attributes:
        lacks: the clips that it has not looked at.
        has: how many of the clips it has looked at.
        outshone: of these, how many another run has looked at later, so that people
            see what that one found.
    """

    lacks: tuple[KnownClip, ...]
    has: int
    outshone: int


def state_of(db: Connection, run: int, chosen: Chosen) -> RunState:
    """Find out what a run has and lacks of the chosen clips."""
    names = {
        "run": run,
        "first": chosen.first,
        "last": chosen.last,
        "camera": chosen.camera,
    }
    lacks = db.execute(
        f"SELECT sha256, clip, bytes, received FROM clips c WHERE {_CHOSEN}"  # noqa: S608 - its parts are texts of this package
        f" AND NOT {_HAS} ORDER BY deployment, camera, date, clip, sha256",
        names,
    )
    newest = (
        "(SELECT run FROM analyses b WHERE b.sha256 = c.sha256"
        " ORDER BY committed DESC, run DESC LIMIT 1)"
    )
    has, outshone = db.execute(
        f"SELECT count(*), total({newest} <> :run) FROM clips c"  # noqa: S608 - its parts are texts of this package
        f" WHERE {_CHOSEN} AND {_HAS}",
        names,
    ).fetchone()
    clips = tuple(KnownClip(*row) for row in lacks)
    return RunState(clips, has, int(outshone))


def archives(db: Connection) -> Iterator[ArchiveRecord]:
    """Yield every delivery that was worked to its end, the first one first."""
    rows = db.execute(
        "SELECT name, received, finished, clips, failed, bytes FROM archives"
        " ORDER BY received, name"
    )
    for row in rows:
        yield ArchiveRecord(*row)


def known_clips(db: Connection) -> Iterator[KnownClip]:
    """Yield every clip of the record."""
    rows = db.execute("SELECT sha256, clip, bytes, received FROM clips")
    for row in rows:
        yield KnownClip(*row)


def require_camera(db: Connection, camera: Optional[str]) -> None:
    """Refuse a camera that the record has no footage of.

    Raises:
        StoreError: there is no such camera.
    """
    rows = db.execute("SELECT DISTINCT camera FROM clips ORDER BY camera")
    known = [str(row[0]) for row in rows]
    if camera is not None and camera not in known:
        names = ", ".join(known) or "none"
        raise StoreError(
            f"there is no footage of camera {camera}; there is of: {names}"
        )
