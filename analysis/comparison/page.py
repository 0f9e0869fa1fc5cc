"""A comparison as a page: by day, and a picture of each change.

Like the report it is one HTML file that loads nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.comparison.changes import Change, Comparison
from analysis.comparison.words import HEADS, change_words
from analysis.record.final.encounters import final_of
from analysis.report.picture import Picture, picture_of
from analysis.report.rendering import render
from weir import __version__, atomic

FILE_NAME = "comparison.html"
_MOST_PICTURES = 300
"""More would make a page that no browser likes; the others are named in a line."""


def write_page(
    comparison: Comparison, results_folder: Path, output: Path, agreement: str = ""
) -> Path:
    """Write ``comparison.html``, and return its path.

    Args:
        comparison: what the page shows.
        results_folder: the folder that the snapshots' paths start from.
        output: the folder that the page goes to.
        agreement: which run agrees better with people, in words; empty if not asked.
    """
    counting, others = comparison.counting, comparison.others
    content: dict[str, Any] = {
        "version": __version__,
        "comparison": comparison,
        "heads": HEADS,
        "agreement": agreement.splitlines(),
        "pictures": _pictures(counting[:_MOST_PICTURES], results_folder),
        "lines": [change_words(change) for change in counting[_MOST_PICTURES:]],
        "other_pictures": _pictures(others[:_MOST_PICTURES], results_folder),
        "other_lines": [change_words(change) for change in others[_MOST_PICTURES:]],
    }
    target = output / FILE_NAME
    atomic.write_text(target, render("comparison", "comparison.html", content))
    return target


def _pictures(changes: Sequence[Change], folder: Path) -> list[tuple[str, Picture]]:
    """Return the words of each change, and the picture of what is there to be seen."""
    return [(change_words(c), picture_of(final_of(c.seen), folder)) for c in changes]
