"""Claims: what is exchanged between a look and the claim is noticed, and goes back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Callable

import pytest

from analysis.intake.claims import Claims
from analysis.intake.folders import Folders
from analysis.intake.listing import Stamp, stamp_of
from tests.analysis.small_host import names, tree


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """The folders, made."""
    made = Folders(tmp_path / "host")
    made.make()
    return made


def drop(folders: Folders, name: str, data: bytes = b"x") -> Stamp:
    """Put a file into the inbox; its stamp."""
    path = folders.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return stamp_of(path)


def claim(folders: Folders, name: str, seen: Stamp) -> Path:
    """Take a file that was seen."""
    return Claims(folders, lambda: None).claim(Path(name), seen)


@pytest.mark.parametrize("place", ["results", "receipts", "done"])
def test_a_folder_that_became_a_link_is_not_gone_through(
    folders: Folders, place: str
) -> None:
    """What lies behind it stays there."""
    seen = drop(folders, "cam2/weir.sqlite")
    (folders.root / place / "weir.sqlite").write_bytes(b"the record")
    (folders.inbox / "cam2").rename(folders.inbox / "cam3")
    (folders.inbox / "cam2").symlink_to(f"../{place}")

    with pytest.raises(NotADirectoryError):
        claim(folders, "cam2/weir.sqlite", seen)
    assert names(folders.root / place) == ["weir.sqlite"]


def to_pipe(path: Path) -> None:
    """A pipe, which blocks who reads it."""
    path.unlink()
    os.mkfifo(path)


def to_link(path: Path) -> None:
    """A link to the record."""
    path.unlink()
    path.symlink_to("../results/weir.sqlite")


def to_folder(path: Path) -> None:
    """A folder with a file in it."""
    path.unlink()
    path.mkdir()
    (path / "b.h264").write_bytes(b"b")


def to_other(path: Path) -> None:
    """Another file of the same size and date."""
    facts = path.stat()
    path.rename(path.with_name("before"))
    path.write_bytes(b"y")
    os.utime(path, ns=(facts.st_mtime_ns, facts.st_mtime_ns))


@pytest.mark.parametrize("exchange", [to_pipe, to_link, to_folder, to_other])
def test_what_is_not_what_was_seen_goes_back(
    folders: Folders, exchange: Callable[[Path], None]
) -> None:
    """Without being opened; it is told when it has settled again."""
    seen = drop(folders, "a.h264")
    exchange(folders.inbox / "a.h264")
    before = os.lstat(folders.inbox / "a.h264").st_ino

    with pytest.raises(OSError, match="changed while it was taken"):
        claim(folders, "a.h264", seen)
    assert os.lstat(folders.inbox / "a.h264").st_ino == before
    assert tree(folders.working) == {}


def test_only_plain_files_travel_with_a_clip(folders: Folders) -> None:
    """A sidecar that is a pipe, or a link to anywhere, stays where it is."""
    seen = drop(folders, "a.h264")
    os.mkfifo(folders.inbox / "a.h264.json")
    (folders.inbox / "a.h264.truth.json").symlink_to("/etc/passwd")
    claim(folders, "a.h264", seen)

    assert names(folders.taken) == ["a.h264"]


def test_a_clip_does_not_meet_what_is_left_of_another(folders: Folders) -> None:
    """A sidecar whose clip vanished as both were claimed."""
    folders.taken.mkdir()
    (folders.taken / "a.h264.json").write_bytes(b"of somebody else's")

    assert claim(folders, "a.h264", drop(folders, "a.h264")) == Path("a-2.h264")


def test_nothing_is_put_back_through_a_link(folders: Folders) -> None:
    """A sidecar whose clip was not claimed would become a receipt."""
    taken = folders.taken / "cam2" / "a.h264.json"
    taken.parent.mkdir(parents=True)
    taken.write_bytes(b"forged")
    (folders.inbox / "cam2").symlink_to("../receipts")
    assert list(Claims(folders, lambda: None).left()) == []

    assert names(folders.receipts) == []
    assert names(folders.inbox) == ["cam2-2/a.h264.json"]


def test_nothing_is_put_back_over_a_file(folders: Folders) -> None:
    """Somebody uploads it anew meanwhile."""
    seen = drop(folders, "a.h264", b"old")
    claimed = claim(folders, "a.h264", seen)
    drop(folders, "a.h264", b"new")
    Claims(folders, lambda: None).give_back(claimed)

    assert tree(folders.inbox) == {"a-2.h264": b"old", "a.h264": b"new"}


def test_what_arrives_at_this_moment_is_not_written_over(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name was free when it was looked for."""
    claimed = claim(folders, "a.h264", drop(folders, "a.h264", b"old"))

    def arriving(move: Callable[..., None]) -> Callable[..., None]:
        def late(*places: Any, **options: Any) -> None:
            if not names(folders.inbox):
                drop(folders, "a.h264", b"new")
            move(*places, **options)

        return late

    for move in ("link", "rename"):
        monkeypatch.setattr(os, move, arriving(getattr(os, move)))
    Claims(folders, lambda: None).give_back(claimed)

    assert set(tree(folders.inbox).values()) == {b"new", b"old"}
    assert len(names(folders.inbox)) == 2


def test_a_folder_that_was_taken_before_a_kill_goes_back(folders: Folders) -> None:
    """Its owner can change what is in it at any time, so it is not entered."""
    if os.geteuid() == 0:
        (folders.taken / "a.h264").mkdir(parents=True)
        (folders.taken / "a.h264" / "b.h264").write_bytes(b"b")
        os.chown(folders.taken / "a.h264", 12345, 12345)
        assert list(Claims(folders, lambda: None).left()) == []

        assert names(folders.inbox) == ["a.h264/b.h264"]
    else:
        pytest.skip("only root can give a folder away")


def test_what_others_can_write_is_copied_after_an_upgrade(folders: Folders) -> None:
    """Before it, claimed files lay in working/ as they had been dropped."""
    for name, mode in (("a.zip", 0o664), ("b.zip", 0o644)):
        (folders.working / name).write_bytes(b"x")
        (folders.working / name).chmod(mode)

    assert len(list(Claims(folders, lambda: None).left())) == 2
    assert names(folders.taken) == ["a.zip"]
