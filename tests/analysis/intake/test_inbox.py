"""The inbox: what has arrived whole is ready, everything else is left alone."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from analysis.intake.crashes import Crashes, opening_key
from analysis.intake.inbox import Inbox
from analysis.intake.listing import stamp_of
from tests.footage import clip_bytes, sidecar_of, zip_bytes

ZIP = zip_bytes({"a.h264": clip_bytes(1)})


class Box:
    """An inbox in a folder, and the time."""

    def __init__(self, folder: Path, settle_s: float = 10) -> None:
        self.folder = folder / "inbox"
        self.folder.mkdir()
        self.crashes = Crashes(folder / "crashes")
        self.known: set[str] = set()
        self.inbox = Inbox(self.folder, settle_s, self.crashes, self.known.__contains__)
        self.now_s = 0.0

    def drop(self, name: str, data: bytes = b"x") -> Path:
        """Put a file into it."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def look(self, after_s: float = 0) -> tuple[list[str], list[str], dict[str, str]]:
        """What is ready, settling and waiting, after a while."""
        self.now_s += after_s
        scan = self.inbox.scan(self.now_s)
        waiting = {str(entry.path): entry.why for entry in scan.waiting}
        return list(map(str, scan.ready)), list(map(str, scan.settling)), waiting


@pytest.fixture
def box(tmp_path: Path) -> Box:
    """An inbox that settles in ten seconds."""
    return Box(tmp_path)


@pytest.mark.parametrize("name", ["a.zip", "b.h264", "c.MP4", "cam2/d.ZIP", "e.txt"])
def test_a_file_is_ready_when_it_has_been_quiet(box: Box, name: str) -> None:
    """Not a moment earlier."""
    box.drop(name, ZIP)

    assert box.look() == ([], [name], {})
    assert box.look(9.9) == ([], [name], {})
    assert box.look(0.2) == ([name], [], {})


def test_whoever_came_first_is_taken_first(box: Box) -> None:
    """However many come later whose names are sorted before its own."""
    box.drop("z.h264")
    box.look()
    box.drop("a.h264")
    box.look(5)

    assert box.look(11) == (["z.h264", "a.h264"], [], {})


def test_a_file_that_grows_is_not_quiet(box: Box) -> None:
    """However slowly."""
    path = box.drop("a.h264")
    box.look()
    for _ in range(5):
        box.look(9)
        with path.open("ab") as file:
            file.write(b"x")

    assert box.look(1) == ([], ["a.h264"], {})


def test_the_age_of_a_file_proves_nothing(box: Box) -> None:
    """A copy keeps an old date, and a fast clock gives a young one."""
    for name, moment in (("old.h264", 0), ("new.h264", 4e9)):
        os.utime(box.drop(name), (moment, moment))
    box.look()

    assert box.look(5)[1] == ["new.h264", "old.h264"]
    assert box.look(6)[0] == ["new.h264", "old.h264"]


def test_the_same_size_with_another_date_is_no_rest(box: Box) -> None:
    """Some tools reserve the space first."""
    path = box.drop("a.h264", b"\0" * 100)
    box.look()
    box.now_s += 9
    path.write_bytes(b"y" * 100)
    os.utime(path, ns=(1, 1))

    assert box.look(5)[0] == []


@pytest.mark.parametrize(
    "name",
    [
        *("a.zip.part", "a.zip.filepart", "a.tmp", "a.h264.partial", "a.crdownload"),
        *(".a.zip", ".hidden/a.zip", ".Trash-1000/files/a.zip", "__MACOSX/a.zip"),
        *(".DS_Store", "Thumbs.db", "x/desktop.ini", "._a.zip", "a.zip~"),
        *("#recycle/a.zip", "$RECYCLE.BIN/x/a.zip", "cam/@eaDir/a.h264", ".Trashes/a"),
        *(".stversions/a.h264", "lost+found/#1.h264", "System Volume Information/a"),
        *("a.h264.download/a.h264", "a.opdownload/a.mp4", "a.mp4.!ut", "a.gstmp"),
        *("a.mp4.bts", "a.mp4.!sync", "a.mp4.aria2", "Unconfirmed 1.crdownload"),
    ],
)
def test_what_is_half_there_or_hidden_is_left_alone(box: Box, name: str) -> None:
    """For ever."""
    box.drop(name, ZIP)
    box.look()

    assert box.look(1000) == ([], [], {})


@pytest.mark.parametrize(
    ("data", "note"),
    [(b"half", ".aria2"), (b"half", ".lftp-pget-status"), (b"", ".part")],
)
def test_a_download_is_whole_when_its_note_is_gone(
    box: Box, data: bytes, note: str
) -> None:
    """Some clients write under the final name from the first byte on."""
    box.drop("a.mp4", data)
    path = box.drop(f"a.mp4{note}")
    box.look()
    why = f"a download has not finished it; a.mp4{note} lies beside it"
    assert box.look(11) == ([], [], {"a.mp4": why})
    path.unlink()

    assert box.look()[0] == ["a.mp4"]


def test_bytes_beside_a_whole_file_do_not_hold_it(box: Box) -> None:
    """A second download of it may have broken off long ago."""
    box.drop("a.mp4")
    box.drop("a.mp4.part")
    box.look()

    assert box.look(11)[0] == ["a.mp4"]


@pytest.mark.parametrize("share", [n / 50 for n in range(50)])
def test_a_zip_that_is_not_whole_is_never_ready(box: Box, share: float) -> None:
    """It is reported, with the reason."""
    box.drop("a.zip", ZIP[: int(len(ZIP) * share)])
    box.look()
    ready, settling, waiting = box.look(11)

    assert (ready, settling) == ([], [])
    assert waiting["a.zip"].startswith("its end record is missing; it may still be")


def test_a_zip_that_is_completed_is_ready(box: Box) -> None:
    """When it has been quiet again."""
    path = box.drop("a.zip", ZIP[:-30])
    box.look()
    assert box.look(11)[2]
    with path.open("ab") as file:
        file.write(ZIP[-30:])

    assert box.look(1) == ([], ["a.zip"], {})
    assert box.look(11) == (["a.zip"], [], {})


@pytest.mark.parametrize("data", [b"no zip", zip_bytes({"../a.h264": b""})])
def test_what_never_becomes_whole_is_taken(box: Box, data: bytes) -> None:
    """To be refused."""
    box.drop("a.zip", data)
    box.look()

    assert box.look(11)[0] == ["a.zip"]


def test_a_clip_waits_for_its_sidecar_to_settle(box: Box) -> None:
    """They travel together."""
    box.drop("a.h264")
    box.look()
    box.now_s += 8
    box.drop("a.h264.json")
    box.drop("a.h264.truth.json")

    assert box.look(3)[1][0] == "a.h264"
    assert box.look(11) == (["a.h264"], [], {})


def test_a_sidecar_alone_waits_for_its_clip(box: Box) -> None:
    """It is reported by the name that it waits for."""
    data = clip_bytes(1)
    box.drop("a.h264.json", sidecar_of(data, "a.h264").to_json().encode())
    box.look()

    assert box.look(11)[2] == {"a.h264.json": "its clip a.h264 is not here"}


def test_a_sidecar_of_a_known_clip_is_ready(box: Box) -> None:
    """It came later than its clip, and may tell more."""
    sidecar = sidecar_of(clip_bytes(1), "a.h264")
    box.drop("a.h264.json", sidecar.to_json().encode())
    box.look()
    assert box.look(11)[0] == []
    box.known.add(sidecar.sha256)

    assert box.look()[0] == ["a.h264.json"]


def test_a_file_that_is_still_open_is_not_ready(box: Box) -> None:
    """Though nothing has come for a while: the line is slow, or dead."""
    with box.drop("a.h264").open("ab"):
        box.look()
        assert box.look(11)[2] == {"a.h264": "somebody has it open for writing"}

    assert box.look()[0] == ["a.h264"]


def test_links_are_reported_and_not_followed(box: Box, tmp_path: Path) -> None:
    """Nor are links to folders, nor sockets."""
    (tmp_path / "secret.h264").write_bytes(b"x")
    (box.folder / "a.h264").symlink_to(tmp_path / "secret.h264")
    (box.folder / "b").symlink_to(tmp_path)
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(box.folder / "c.h264"))
    os.mkfifo(box.folder / "d.h264")
    box.look()

    assert box.look(11) == (
        [],
        [],
        {
            "a.h264": "it is a link; copy the file itself",
            "b": "it is a link; copy the file itself",
            "c.h264": "it is no plain file",
            "d.h264": "it is no plain file",
        },
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look everywhere")
def test_a_folder_that_may_not_be_read_is_reported(box: Box) -> None:
    """Somebody waits for what is in it."""
    (box.folder / "cam2").mkdir(mode=0)
    box.look()

    assert "cannot be looked into" in box.look(11)[2]["cam2"]


def test_names_may_be_anything(box: Box) -> None:
    """Bytes that are no text, newlines, dashes."""
    raw = os.fsencode(box.folder) + b"/caf\xe9\n-rf.h264"
    Path(os.fsdecode(raw)).write_bytes(b"x")
    box.look()

    assert [os.fsencode(name) for name in box.look(11)[0]] == [b"caf\xe9\n-rf.h264"]


def test_zero_seconds_are_allowed(tmp_path: Path) -> None:
    """Then what is there is taken at once, if it is whole."""
    box = Box(tmp_path, settle_s=0)
    box.drop("a.zip", ZIP)
    box.drop("b.zip", ZIP[:-1])

    assert box.look()[0] == ["a.zip"]


def test_a_file_that_vanishes_is_forgotten(box: Box) -> None:
    """And begins anew when it comes back."""
    path = box.drop("a.h264")
    box.look()
    path.unlink()
    box.look(20)
    box.drop("a.h264")

    assert box.look() == ([], ["a.h264"], {})


def test_a_zip_that_kills_the_daemon_is_not_opened_for_ever(box: Box) -> None:
    """After a few deaths it is taken, unopened, to be refused."""
    path = box.drop("a.zip", ZIP[:-1])
    for _ in range(3):
        box.crashes.begin(opening_key(stamp_of(path)))
    box.look()

    assert box.look(11)[0] == ["a.zip"]


def test_ten_thousand_files_are_seen_quickly(box: Box) -> None:
    """A look takes no longer than the pause before the next."""
    for number in range(2000):
        box.drop(f"{number % 7}/clip{number}.h264")
    box.look()

    assert len(box.look(11)[0]) == 2000
