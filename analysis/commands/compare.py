"""``compare``: what one run sees and another does not, in the same clips."""

from __future__ import annotations

import argparse
from pathlib import Path

from analysis.commands.output import output_folder, record_of
from analysis.comparison.changes import compare as compared
from analysis.comparison.page import write_page
from analysis.comparison.words import agreement, words
from analysis.record.file.reader import age_note, reading
from analysis.record.labels.labelbook import LabelBook
from analysis.record.labels.labelreader import read_labels
from analysis.record.labels.labelscore import rate
from analysis.record.results import Results
from weir import WeirError
from weir.clock import SystemClock
from weir.command import DONE, aside
from weir.printable import printable_lines


def compare(arguments: argparse.Namespace) -> int:
    """Print what changed between two runs, and write a page of it where asked.

    Returns:
        The exit code, 0.

    Raises:
        WeirError: it is one run.
        StoreError: there is no such run, or the results cannot be read.
    """
    record, (one, other) = record_of(arguments), arguments.run
    if one == other:
        raise WeirError(f"run {one} is named twice: name two runs, the earlier first")
    with reading(record) as db:
        first, second = Results(db, one), Results(db, other)
        said = ""
        if arguments.labels:
            first.book = second.book = _book(record, first, second)
            said = agreement((one, rate(first)), (other, rate(second)))
        comparison = compared(first, second, (one, other))
    print(printable_lines("\n".join(words(comparison))))
    if said:
        print(f"\n{said}")
    if arguments.output:
        folder = output_folder(arguments.output)
        print(write_page(comparison, record.parent, folder, said))
    if note := age_note(record, SystemClock().now()):
        aside(f"results {note}")
    return DONE


def _book(record: Path, first: Results, second: Results) -> LabelBook:
    """Return what people said of the clips that both runs have looked at."""
    both = {c.sha256 for c in first.clips} & {c.sha256 for c in second.clips}
    labels = read_labels(record.parent.parent / "labels")
    return LabelBook(label for label in labels if label.sha256 in both)
