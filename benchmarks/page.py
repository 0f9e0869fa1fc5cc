"""Figures go into a page as they were printed: those of the README are not typed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Optional, TextIO

from analysis import AnalysisError


class PageError(AnalysisError, ValueError):
    """A page without a place for figures."""


class _Twice:
    """Prints, and remembers what it printed."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self.printed = ""

    def write(self, text: str) -> int:
        self.printed += text
        return self._out.write(text)

    def flush(self) -> None:
        self._out.flush()


@contextmanager
def into(page: Optional[Path], name: str = "figures") -> Iterator[None]:
    """Put what the block prints into a page too, when the block has ended.

    Args:
        page: the page; None to only print.
        name: that of the marks between which it goes.
    """
    if page is None:
        yield
        return
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
    before, after = _about(page, begin, end)
    twice = _Twice(sys.stdout)
    with redirect_stdout(twice):
        yield
    figures = f"```\n{twice.printed.strip()}\n```\n"
    page.write_text(f"{before}{begin}{figures}{end}{after}", "utf-8")


def _about(page: Path, begin: str, end: str) -> tuple[str, str]:
    """Return the text before and after the figures of a page."""
    try:
        before, rest = page.read_text("utf-8").split(begin)
        _, after = rest.split(end)
    except OSError as exc:
        raise PageError(f"{page}: cannot be read ({exc.strerror})") from exc
    except ValueError as exc:
        marks = f"{begin.strip()} and {end.strip()}"
        raise PageError(
            f"{page}: expected the lines {marks}, each once; add them where the "
            "figures are to go"
        ) from exc
    return before, after
