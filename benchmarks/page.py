"""What was printed, also put into a page: the README's figures are never typed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Optional, TextIO

_BEGIN, _END = "<!-- figures -->\n", "<!-- /figures -->\n"


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
def into(page: Optional[Path]) -> Iterator[None]:
    """Put what is printed inside into a page too, when all of it has been printed."""
    if page is None:
        yield
        return
    twice = _Twice(sys.stdout)
    with redirect_stdout(twice):
        yield
    page.write_text(with_figures(page.read_text("utf-8"), twice.printed), "utf-8")


def with_figures(text: str, printed: str) -> str:
    """A page's text with what was printed between its two marks."""
    before, rest = text.split(_BEGIN)
    after = rest.split(_END)[1]
    return f"{before}{_BEGIN}```\n{printed.strip()}\n```\n{_END}{after}"
