"""``report``: write one page that a person reads."""

from __future__ import annotations

import argparse

from analysis.commands.output import output_folder, record_of, results_of
from analysis.report.page import write_report
from weir.command import DONE


def report(arguments: argparse.Namespace) -> int:
    """Write the page, and print its path.

    Returns:
        The exit code, 0.
    """
    folder = output_folder(arguments.output)
    record = record_of(arguments)
    threshold = arguments.threshold
    with results_of(record, arguments.run, threshold=threshold) as results:
        print(write_report(results, record.parent, folder))
    return DONE
