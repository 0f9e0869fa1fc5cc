"""Writes the pages of days, where a report has too many encounters for one page."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from analysis.report.gallery import DayPage, gallery, is_ours
from analysis.report.rendering import render
from weir import WeirError, __version__, atomic

_MARK = b'<meta name="generator" content="weir '
"""By this a page is known to be one of ours."""


def write_days(
    pages: Sequence[DayPage], pictures: Path, folder: Path, above: str
) -> None:
    """Write the pages of days, and remove those of an earlier report.

    Args:
        pages: all of them; there may be none.
        pictures: the folder that the snapshots' paths start from.
        folder: the folder that they go to.
        above: the name of the report's own page, which lies beside the folder.

    Raises:
        WeirError: the folder cannot be written to.
    """
    if folder.is_symlink():
        folder.unlink()
    if pages:
        _make(folder)
    for number, page in enumerate(pages):
        content = {
            "version": __version__,
            "page": page,
            "above": f"../{above}",
            "before": pages[number - 1] if number else None,
            "after": pages[number + 1] if number + 1 < len(pages) else None,
            "gallery_": gallery(page.encounters, pictures),
        }
        atomic.write_text(folder / page.name, render("report", "day.html", content))
    written = {page.name for page in pages}
    for file in folder.glob("*.html") if folder.is_dir() else ():
        if file.name not in written and is_ours(file.name) and _is_page(file):
            file.unlink()
    with suppress(OSError):  # it holds something else
        if not pages:
            folder.rmdir()


def _make(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
        atomic.sweep(folder)
    except OSError as exc:
        raise WeirError(f"{folder}: cannot be written to ({exc.strerror})") from exc


def _is_page(file: Path) -> bool:
    with file.open("rb") as opened:
        return _MARK in opened.read(4096)
