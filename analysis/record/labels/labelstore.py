"""The store of labels: decisions are added, and nothing is ever changed or deleted.

A decision is known by its frames, its person and its time, so the same one comes once,
however often it is imported. Taking one back adds a withdrawal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Optional

from analysis.record.file.sqlite import Connection, Row
from analysis.record.labels.labelfile import LabelFile
from analysis.values.label import WATCHED, WITHDRAWN, Label, MachineWord
from weir.clock import format_utc, parse_utc

_STANDING = (
    " verdict <> 'withdrawn' AND NOT EXISTS (SELECT 1 FROM labels w"
    " WHERE w.verdict = 'withdrawn' AND (w.sha256, w.first_frame, w.last_frame,"
    " w.person, w.at) = (l.sha256, l.first_frame, l.last_frame, l.person, l.at))"
)
_SORT = " CASE verdict WHEN 'withdrawn' THEN 2 WHEN 'watched' THEN 1 ELSE 0 END = ?"
"""A person may watch a stretch, and decide about the same frames at the same time."""

_STRETCH = " sha256 = ? AND first_frame = ? AND last_frame = ? AND person = ?"


@dataclass(frozen=True)
class Added:
    """What became of decisions that were to be added.

    Attributes:
        new: those that were added.
        known: those that were there already.
        refused: those whose person had said something else about the same frames at
            the same time.
    """

    new: tuple[Label, ...]
    known: tuple[Label, ...]
    refused: tuple[Label, ...]


class LabelStore:
    """The labels of an analysis folder, open for writing while a step lasts.

    Args:
        folder: ``labels/`` of the analysis folder.
    """

    def __init__(self, folder: Path) -> None:
        self._file = LabelFile(folder)

    def all(self) -> list[Label]:
        """Return every decision and every withdrawal, in the order they were added.

        Raises:
            StoreError: the labels cannot be read.
        """
        with self._file.opened() as file:
            return read_all(file.db)

    def add(
        self,
        labels: Iterable[Label],
        now: datetime,
        *,
        undated: Collection[Label] = (),
    ) -> Added:
        """Add decisions and withdrawals, all in one transaction.

        Args:
            labels: what people said.
            now: the present moment.
            undated: those of ``labels`` whose time is only that of their arrival: if
                the person ever said the same about the same frames, they are known.

        Raises:
            StoreError: they cannot be written; then none of them is.
        """
        sorted_: dict[str, list[Label]] = {"new": [], "known": [], "refused": []}
        with self._file.opened() as file, file.transaction() as db:
            for label in labels:
                what = _compare(db, label, is_dated=label not in undated)
                sorted_[what].append(label)
                if what == "new":
                    _insert(db, label, now)
        return Added(**{what: tuple(found) for what, found in sorted_.items()})

    def withdraw(self, labels: Sequence[Label], now: datetime) -> None:
        """Take decisions back.

        Raises:
            StoreError: it cannot be written; then all of them stand.
        """
        self.add([replace(label, verdict=WITHDRAWN) for label in labels], now)

    def undo(self, now: datetime, *, person: Optional[str] = None) -> Optional[Label]:
        """Take back the decision that was added last and stands.

        Args:
            now: the present moment.
            person: whose decision; None for anybody's.

        Returns:
            The decision; None if there is none.
        """
        with self._file.opened() as file, file.transaction() as db:
            row = db.execute(
                f"SELECT * FROM labels l WHERE{_STANDING}"  # noqa: S608 - its parts are texts of this package
                " AND person = coalesce(?, person) ORDER BY id DESC LIMIT 1",
                (person,),
            ).fetchone()
            if row is None:
                return None
            label = _label(row)
            _insert(db, replace(label, verdict=WITHDRAWN), now)
        return label


def read_all(db: Connection) -> list[Label]:
    """Return every decision and withdrawal of an open file, in order."""
    return [_label(row) for row in db.execute("SELECT * FROM labels ORDER BY id")]


def _compare(db: Connection, label: Label, *, is_dated: bool) -> str:
    """Say whether a decision is new, known, or refused beside what is there."""
    same = db.execute(
        f"SELECT * FROM labels WHERE{_STRETCH} AND at = ? AND{_SORT}",  # noqa: S608 - its parts are texts of this package
        (*label.stretch, label.person, format_utc(label.at), _sort(label)),
    ).fetchone()
    if same:
        is_same = label.verdict == WITHDRAWN or _label(same).words == label.words
        return "known" if is_same else "refused"
    if is_dated:
        return "new"
    before = db.execute(
        f"SELECT * FROM labels WHERE{_STRETCH}",  # noqa: S608 - its parts are texts of this package
        (*label.stretch, label.person),
    )
    said = any(_label(row).words == label.words for row in before)
    return "known" if said else "new"


def _standing(db: Connection, label: Label) -> Optional[Row]:
    """Return the row of the person's word on exactly these frames, if any stands."""
    row: Optional[Row] = db.execute(
        f"SELECT * FROM labels l WHERE{_STRETCH} AND{_SORT} AND{_STANDING}"  # noqa: S608 - its parts are texts of this package
        " ORDER BY at DESC LIMIT 1",
        (*label.stretch, label.person, _sort(label)),
    ).fetchone()
    return row


def _sort(label: Label) -> int:
    return {WITHDRAWN: 2, WATCHED: 1}.get(label.verdict, 0)


def _insert(db: Connection, label: Label, now: datetime) -> None:
    if label.verdict == WITHDRAWN:
        before = db.execute(
            f"SELECT id FROM labels WHERE{_STRETCH} AND at = ?"  # noqa: S608 - its parts are texts of this package
            " AND verdict <> 'withdrawn'",
            (*label.stretch, label.person, format_utc(label.at)),
        ).fetchone()
    else:
        before = _standing(db, label)
    db.execute(
        "INSERT INTO labels (sha256, clip, first_frame, last_frame, verdict, label,"
        " species, count, note, person, at, added, replaces, machine)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(label.sha256, label.clip, label.first_frame, label.last_frame),
            *label.words,
            *(label.person, format_utc(label.at), format_utc(now)),
            before["id"] if before else None,
            label.machine.to_json() if label.machine else "",
        ),
    )


def _label(row: Row) -> Label:
    return Label(
        sha256=row["sha256"],
        clip=row["clip"],
        first_frame=row["first_frame"],
        last_frame=row["last_frame"],
        verdict=row["verdict"],
        person=row["person"],
        at=parse_utc(row["at"]),
        label=row["label"],
        species=row["species"],
        count=row["count"],
        note=row["note"],
        machine=MachineWord.from_json(row["machine"]),
    )
