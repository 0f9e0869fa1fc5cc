"""What ``export`` and ``report`` share: the results they read, the folder they fill."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Optional

from analysis.config import AnalysisSettings
from analysis.intake.folders import Folders
from analysis.record.file.reader import age_note, reading
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.labels.labelbook import LabelBook
from analysis.record.labels.labelreader import read_labels
from analysis.record.results import Results
from analysis.record.runs.shown import words_about_older
from analysis.record.thresholds.band import require_kept
from weir import WeirError, atomic, config
from weir.clock import SystemClock
from weir.command import aside, config_file


def record_of(arguments: argparse.Namespace) -> Path:
    """Return the path of the record that the config names."""
    settings = config.load(AnalysisSettings, config_file(arguments))
    return Folders(settings.analysis.folder).results / FILE_NAME


@contextmanager
def results_of(
    record: Path, run: Optional[int], *, threshold: Optional[float] = None
) -> Iterator[Results]:
    """Open the results, and say at the end which are old, and how old they all are.

    Raises:
        StoreError: there are none yet, or none of this run, or they cannot be read, or
            they do not keep what scored above the threshold.
    """
    book = LabelBook(read_labels(record.parent.parent / "labels"))
    with reading(record) as db:
        db.execute("BEGIN")  # one moment, whatever the daemon writes meanwhile
        results = Results(db, run, threshold=threshold, book=book)
        if threshold is not None:
            require_kept(results, threshold)
        yield results
        for words in words_about_older(results):
            aside(words)
    if note := age_note(record, SystemClock().now()):
        aside(f"results {note}")


def output_folder(folder: Path) -> Path:
    """Make the folder, and sweep what a call that was killed left half-written in it.

    Raises:
        WeirError: it cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        atomic.sweep(folder)
    except OSError as exc:
        raise WeirError(f"{folder}: cannot be written to ({exc.strerror})") from exc
    return folder
