"""Files below the inbox are the ones that were seen, or are not opened."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Callable

import pytest

from analysis.intake.descent import opened
from analysis.intake.listing import Stamp, stamp_of
from tests.analysis.intake.test_claims import to_folder, to_link, to_other, to_pipe

NAME = Path("cam2", "a.h264")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """An inbox with a file in a folder, and a record beside it."""
    (tmp_path / "inbox" / "cam2").mkdir(parents=True)
    (tmp_path / "inbox" / NAME).write_bytes(b"x")
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "weir.sqlite").write_bytes(b"x")
    return tmp_path / "inbox"


def look(inbox: Path, seen: Stamp) -> bytes:
    """Read a byte of the file."""
    with opened(inbox, NAME, seen) as descriptor:
        return os.read(descriptor, 1)


@pytest.mark.parametrize("exchange", [to_pipe, to_link, to_folder, to_other])
def test_what_is_not_what_was_seen_is_not_opened(
    inbox: Path, exchange: Callable[[Path], None]
) -> None:
    """Nor waited for, whatever has its name now."""
    seen = stamp_of(inbox / NAME)
    assert look(inbox, seen) == b"x"
    exchange(inbox / NAME)

    with pytest.raises(OSError, match=r"changed meanwhile|symbolic links"):
        look(inbox, seen)


@pytest.mark.parametrize("exchanged", ["cam2", "cam2/a.h264"])
def test_no_link_is_followed_to_what_was_seen(inbox: Path, exchanged: str) -> None:
    """Not even to the very file: it may lead elsewhere in a moment."""
    seen = stamp_of(inbox / NAME)
    (inbox / exchanged).rename(inbox / "moved")
    (inbox / exchanged).symlink_to(inbox / "moved")

    with pytest.raises(OSError, match=r"symbolic links|Not a directory"):
        look(inbox, seen)
