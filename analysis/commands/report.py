"""``report``: write one page that a person reads."""

from __future__ import annotations

import argparse
from pathlib import Path

from analysis.backlog import measure
from analysis.commands.output import output_folder, record_of, results_of
from analysis.intake.folders import Folders
from analysis.record.file.reader import reading
from analysis.record.tally import Tally
from analysis.report.page import write_report
from weir.clock import SystemClock
from weir.command import DONE
from weir.printable import many


def report(arguments: argparse.Namespace) -> int:
    """Write the page, and print its path.

    Returns:
        The exit code, 0.
    """
    folder = output_folder(arguments.output)
    record = record_of(arguments)
    threshold = arguments.threshold
    waiting = waiting_words(record)
    with results_of(record, arguments.run, threshold=threshold) as results:
        print(write_report(results, record.parent, folder, waiting))
    return DONE


def waiting_words(record: Path) -> str:
    """Say how much footage has come and is not in the record yet; empty for none."""
    with reading(record) as db:
        try:
            backlog = measure(
                Folders(record.parent.parent), Tally(db), SystemClock().now()
            )
        except OSError as exc:
            return (
                f"Whether footage waits is not known: {exc.filename}: {exc.strerror}."
            )
    if not backlog.left_bytes:
        return ""
    files = many(len(backlog.inbox) + len(backlog.working), "file")
    about = ""
    if backlog.waiting_s is not None:
        about = f", about {_hours(backlog.waiting_s)} of footage"
    return (
        "Not all footage is counted here: when this was made,"
        f" {files} ({backlog.left_bytes / 1e6:.1f} MB{about}) lay in the inbox or in"
        " work."
    )


def _hours(seconds: float) -> str:
    if seconds >= 360:
        return f"{seconds / 3600:.1f} hours"
    return f"{seconds / 60:.1f} minutes"
