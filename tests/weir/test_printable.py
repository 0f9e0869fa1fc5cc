"""What is shown moves no cursor, and looks like nothing that it is not."""

from __future__ import annotations

import pytest

from weir.printable import many, printable, printable_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("clip1.h264", "clip1.h264"),
        ("Zürich \N{FISH}", "Zürich \N{FISH}"),
        ("a\x1b[2Jb", "a?[2Jb"),
        ("a\x9b2Jb", "a?2Jb"),
        ("a\rb\nc\0", "a?b?c?"),
        ("a\N{RIGHT-TO-LEFT OVERRIDE}b", "a?b"),
        ("a\N{ZERO WIDTH SPACE}b\udcff", "a?b?"),
        ("a\N{NO-BREAK SPACE}b\N{IDEOGRAPHIC SPACE}", "a b "),
    ],
)
def test_what_cannot_be_seen_is_a_question_mark(text: str, shown: str) -> None:
    """Letters of every script stay; a blank of any width is a blank."""
    assert printable(text) == shown


def test_lines_stay_lines() -> None:
    """A newline is no trick where several lines are shown; a return is."""
    assert printable_lines("a\n\tb\x1b\r\n") == "a\n b??\n"


@pytest.mark.parametrize(
    ("count", "noun", "plural", "words"),
    [
        (1, "clip", "", "1 clip"),
        (0, "clip", "", "0 clips"),
        (1, "class", "classes", "1 class"),
        (2, "class", "classes", "2 classes"),
    ],
)
def test_one_is_one(count: int, noun: str, plural: str, words: str) -> None:
    """And none is many."""
    assert many(count, noun, plural) == words
