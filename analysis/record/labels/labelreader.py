"""Which file of labels is read: the labels by their owner, a copy by everybody else."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

from analysis import StoreError
from analysis.record.file import sqlite
from analysis.record.labels.labelfile import COPY_NAME, FILE_NAME, open_copy
from analysis.record.labels.labelstore import LabelStore, read_all
from analysis.record.labels.schema import LABEL_MIGRATIONS
from analysis.values.label import Label


def read_labels(folder: Path) -> list[Label]:
    """Return every decision and every withdrawal, in the order they were added.

    Args:
        folder: ``labels/`` of the analysis folder.

    Returns:
        The labels; none where nobody has said anything yet.

    Raises:
        StoreError: there are labels, and they cannot be read.
    """
    path, copy = folder / FILE_NAME, folder / COPY_NAME
    if not path.exists() and not copy.exists():
        return []
    if folder.stat().st_uid == os.geteuid() and os.access(folder, os.W_OK):
        return LabelStore(folder).all()
    if not copy.exists():
        raise StoreError(f"{copy}: is not there yet; sudo weir-analysis labels status")
    with sqlite.explaining(copy, even_full=True), closing(open_copy(copy)) as db:
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
        if version != len(LABEL_MIGRATIONS):
            raise StoreError(
                f"{copy}: has format {version}, expected {len(LABEL_MIGRATIONS)};"
                " sudo weir-analysis labels status brings it up to date"
            )
        return read_all(db)
