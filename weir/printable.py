"""Printable text: names from archives and drives are made safe before they are shown.

A control character in a name can move a terminal's cursor, colour it or type into it,
and one that turns the direction of writing can make a name look like another.
"""

from __future__ import annotations

import unicodedata


def printable(text: str) -> str:
    """Replace every character of a line that cannot be seen by ``?``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def printable_lines(text: str) -> str:
    """Make each line of a text printable; tabs become blanks."""
    return "\n".join(printable(line.replace("\t", " ")) for line in text.split("\n"))


def _shown(letter: str) -> str:
    if letter.isprintable():
        return letter
    return " " if unicodedata.category(letter) == "Zs" else "?"


def many(count: int, noun: str, plural: str = "") -> str:
    """Return a number and what it is of, like ``1 clip`` or ``2 clips``."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"
