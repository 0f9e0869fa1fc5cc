"""``export``: write the results for other tools."""

from __future__ import annotations

import argparse

from analysis.commands.output import output_folder, record_of, results_of
from analysis.exports import exporter
from weir.command import DONE


def export(arguments: argparse.Namespace) -> int:
    """Write the results in the format that was asked for, and print each file's path.

    Returns:
        The exit code, 0.
    """
    write = exporter(arguments.format)
    folder = output_folder(arguments.output)
    with results_of(record_of(arguments), arguments.run) as results:
        for file in write(results, folder):
            print(file)
    return DONE
