"""Plain files only: what else bears a name is neither waited for nor followed."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest

from tests.capture.strange_things import NO_FILES
from weir import plain


@pytest.mark.parametrize("kind", NO_FILES)
def test_what_is_no_plain_file_is_not_opened(tmp_path: Path, kind: str) -> None:
    """At once, for reading and for writing; the error says what it is."""
    (tmp_path / "secret").write_text("of somebody")
    folder = tmp_path / "drive"
    folder.mkdir()
    NO_FILES[kind](folder / "log")
    said = f"log is a {kind.split(maxsplit=1)[0]}, and a plain file was expected"
    for flags in (os.O_RDONLY, os.O_RDWR | os.O_CREAT):
        with pytest.raises(plain.UnfitFile, match=said):
            plain.descriptor(folder / "log", flags)

    assert not plain.is_plain(folder / "log")
    assert said.endswith(plain.problem(folder / "log"))


def test_a_link_that_comes_in_between_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the open a hostile process may put one there."""
    (tmp_path / "log").symlink_to("secret")
    (tmp_path / "secret").write_text("of somebody")
    monkeypatch.setattr(plain, "problem", lambda _: "")

    with pytest.raises(OSError, match="symbolic links"):
        plain.opened(tmp_path / "log")


@pytest.mark.timeout(5)
def test_a_fifo_that_comes_in_between_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody will ever write to it."""
    os.mkfifo(tmp_path / "log")
    monkeypatch.setattr(plain, "problem", lambda _: "")

    with pytest.raises(plain.UnfitFile, match="log is a FIFO"):
        plain.opened(tmp_path / "log")


def test_a_file_of_gigabytes_is_not_read_to_be_refused(tmp_path: Path) -> None:
    """A drive may hold anything by a sidecar's name, and a Pi has 512 MB."""
    file = tmp_path / "clip.h264.json"
    with file.open("wb") as large:
        large.truncate(200 << 20)
    tracemalloc.start()
    with pytest.raises(plain.UnfitFile, match="has more than 1000 bytes"):
        plain.read(file, 1000)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 1 << 20


def test_no_more_is_read_than_was_asked_for(tmp_path: Path) -> None:
    """A document is refused, a log is read from its end, from a whole line on."""
    file = tmp_path / "log"
    file.write_bytes(b"one\ntwo\nthree\n")
    assert plain.read(file, 14) == b"one\ntwo\nthree\n"
    with pytest.raises(plain.UnfitFile, match="log has more than 13 bytes"):
        plain.read(file, 13)

    newest = {most: plain.read_newest(file, most) for most in (14, 10, 9, 6, 5)}
    assert newest == {
        14: b"one\ntwo\nthree\n",
        10: b"two\nthree\n",
        9: b"three\n",
        6: b"three\n",
        5: b"",
    }
