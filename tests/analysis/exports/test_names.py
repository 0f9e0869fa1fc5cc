"""Names of files about clips: safe, and no two the same."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from analysis.exports.names import file_names


def names(*clips: str) -> list[str]:
    """The names of clips that are called so."""
    made: list[Any] = [
        SimpleNamespace(sha256=f"{n:064d}", clip=clip) for n, clip in enumerate(clips)
    ]
    return list(file_names(made).values())


def test_names_that_repeat_are_told_apart() -> None:
    """In whatever case: the original script began anew at 0."""
    assert names("clip0.h264", "Clip0.h264", "clip1.h264") == [
        "clip0_0000000000.h264",
        "Clip0_0000000000.h264",
        "clip1.h264",
    ]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../etc/passwd.mp4", "__etc_passwd.mp4"),
        ("~a b (1).mp4", "_a b (1).mp4"),
        ("a\nb,<c>.mp4", "a_b__c_.mp4"),
        ("", "clip"),
    ],
)
def test_names_from_outside_are_made_safe(name: str, safe: str) -> None:
    """They name files and stand in tables of others."""
    assert names(name) == [safe]


def test_long_names_are_cut() -> None:
    """With their ending."""
    (name,) = names("ü" * 200 + ".mp4")

    assert len(name.encode()) <= 150
    assert name.endswith("ü.mp4")
