"""Text that is safe to show: names come from archives and drives, whoever made them.

A control character in a name moves a terminal's cursor, paints it or types into it, and
one that turns the direction of writing lets a name look like another.
"""

from __future__ import annotations

import unicodedata


def printable(text: str) -> str:
    """Return one line in which all can be seen; what could not be is a ``?``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def printable_lines(text: str) -> str:
    """Return text of several lines, each printable; tabs are blanks."""
    return "\n".join(printable(line.replace("\t", " ")) for line in text.split("\n"))


def _shown(letter: str) -> str:
    if letter.isprintable():
        return letter
    return " " if unicodedata.category(letter) == "Zs" else "?"
