"""A member of the upload group against the real daemon: only the inbox is theirs."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.analysis.installation import Installation
from tests.analysis.small_host import names, tree
from tests.footage import clip_bytes, sidecar_of

ONE, TWO = (f"clip{n}_2026-05-01.h264" for n in (1, 2))
DECOYS = 60
TRIES = 5  # the daemon may be quicker than the test


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    """An analysis with an honest clip in its inbox."""
    return honest(tmp_path / "made")


def honest(root: Path) -> Installation:
    """Make one."""
    installation = Installation(root, settle_seconds="0.2")
    installation.drop(ONE, clip_bytes(1))
    return installation


def test_a_folder_swapped_for_a_link_leads_nowhere(tmp_path: Path) -> None:
    """Between the look that saw its files and their claims, which go by name."""
    tries = (honest(tmp_path / str(number)) for number in range(TRIES))

    assert any(map(swapped_in_time, tries))


def swapped_in_time(made: Installation) -> bool:
    """Swap it, and see that nothing comes of it; False if its files were claimed."""
    for number in range(DECOYS):
        made.drop(f"a/{number:03d}.txt", b"x")
    kept = made.folders.results / "kept.txt"
    kept.touch()
    for name in ("weir.sqlite", kept.name):
        made.drop(f"cam2/{name}", b"decoy")
    untouched = kept.stat()  # whoever moves it, and be it back, changes its ctime
    cam2, away = made.folders.inbox / "cam2", made.folders.inbox / ".cam2"
    with made.start() as daemon:
        daemon.wait_until(lambda: names(made.folders.working), "nothing is claimed")
        cam2.rename(away)
        if len(names(away)) < 2:
            return False
        cam2.symlink_to("../results")
        daemon.wait_until(
            lambda: daemon.said.count("archive rejected") == DECOYS, "not all claimed"
        )
        daemon.wait_until(lambda: names(made.folders.done), "the clip is not done")
        assert daemon.stop() == 0

    assert (made.folders.results / "weir.sqlite").exists()
    assert not (made.folders.rejected / "cam2").exists()
    assert kept.stat().st_ctime_ns == untouched.st_ctime_ns
    assert made.tables()["clips"].count("analysed") == 1
    return True


def test_bytes_are_kept_whatever_their_uploader_does(made: Installation) -> None:
    """Who still has the file open truncates it after the receipt was written."""
    part = made.folders.inbox / "b.part"
    part.write_bytes(clip_bytes(2))
    with part.open("rb") as file, made.start() as daemon:
        part.rename(made.folders.inbox / TWO)
        daemon.wait_until(lambda: TWO in names(made.folders.done), "not done")
        uploaded = Path(f"/proc/self/fd/{file.fileno()}")
        os.truncate(uploaded, 0)

    assert (made.folders.done / TWO).read_bytes() == clip_bytes(2)


@pytest.mark.parametrize(("mode", "group"), [(0o600, -1), (0o640, 12345)])
def test_a_second_name_brings_no_secret_out(
    made: Installation, mode: int, group: int
) -> None:
    """Where the system lets anybody make one (fs.protected_hardlinks=0)."""
    key = made.folders.key
    key.parent.mkdir()
    key.write_bytes(b"private")
    if group > 0 and os.geteuid() != 0:
        pytest.skip("only root can give a file to another group")
    os.chown(key, -1, group)
    key.chmod(mode)
    os.link(key, made.folders.inbox / TWO)
    ended = made.run("run", "--once")

    assert "a second name of a private file" in ended.stderr
    assert tree(made.folders.rejected) == {}
    assert names(made.folders.done) == [ONE]


def test_a_name_that_is_no_text_leads_nowhere(made: Installation) -> None:
    """Shortened by the bytes that are no text, it is the folder above, or hidden."""
    above, hidden = (
        os.fsdecode(b"\xff" + what + b"\xff" * 200 + b".")
        for what in (b"..", b".clips")
    )
    made.drop(f"{above}/{above}/results/weir.sqlite-journal", b"\xd9\xd5\x05\xf9")
    made.drop(f"{hidden}/{TWO}", clip_bytes(2))
    before = set(made.config.parent.iterdir())
    made.run("run", "--once")

    assert set(made.config.parent.iterdir()) == before
    assert names(made.folders.done) == [ONE, f"{hidden[:200]}/{TWO}"]
    (rejected, _) = names(made.folders.rejected)
    assert rejected == f"{above[:200]}/{above[:200]}/results/weir.sqlite-journal"


def utf_16(text: str) -> bytes:
    """Text with half of a surrogate pair in it, as UTF-16 can hold it."""
    return text.replace("creek", "\ud800").encode("utf-16", "surrogatepass")


def test_half_a_character_costs_its_document(made: Installation) -> None:
    """A sidecar and a ledger in UTF-16; the daemon goes on, and the clip counts."""
    sidecar = sidecar_of(clip_bytes(1), ONE).to_json()
    made.drop(ONE + ".json", utf_16(sidecar))
    made.drop("effort.jsonl", utf_16('{"deployment": "creek"}'))
    ended = made.run("run", "--once")

    assert "Traceback" not in ended.stderr
    assert "not readable as JSON" in ended.stderr
    assert made.tables()["clips"].count("analysed") == 1


def test_folders_without_an_end_are_left(made: Installation) -> None:
    """1,200 in each other; it is told, and the honest clip is worked."""
    deep = made.folders.inbox / "deep"
    script = 'mkdir "$0"; cd "$0"; for n in $(seq 1200); do mkdir a; cd -P a; done'
    subprocess.run(["sh", "-c", f"{script}; echo > b.h264", str(deep)], check=True)
    try:
        ended = made.run("run", "--once")
    finally:
        subprocess.run(["rm", "-rf", str(deep)], check=True)

    assert ended.returncode == 1
    assert "it lies more than 16 folders deep" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert names(made.folders.done) == [ONE]


def test_pipes_block_nobody(made: Installation) -> None:
    """Not in the place of a clip, nor of its sidecar."""
    os.mkfifo(made.folders.inbox / TWO)
    os.mkfifo(made.folders.inbox / (ONE + ".json"))
    ended = made.run("run", "--once")

    assert ended.stderr.count("it is no plain file") == 2
    assert names(made.folders.done) == [ONE]


@pytest.mark.parametrize("name", ["a.h264", "a.mp4", "a.txt.zip"])
def test_holes_fill_no_disk(made: Installation, name: str) -> None:
    """Ten gigabytes of which nothing is stored are not copied."""
    with (made.folders.inbox / name).open("wb") as file:
        file.write(b"PK")
        file.truncate(10 << 30)
    ended = made.run("run", "--once")

    assert ended.returncode == 1
    told = "its end record is missing" if name.endswith("zip") else "MB are holes"
    assert told in ended.stderr
    assert names(made.folders.done) == [ONE]


def test_a_strange_sidecar_does_not_hold_up_a_clip(made: Installation) -> None:
    """One of holes; it stays in the inbox, where it is told of."""
    with (made.folders.inbox / (ONE + ".json")).open("wb") as file:
        file.truncate(10 << 30)
    ended = made.run("run", "--once")

    assert f"its clip {ONE} is not here" in ended.stderr
    assert names(made.folders.done) == [ONE]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be two people")
def test_a_sidecar_of_somebody_else_waits_for_the_clip(made: Installation) -> None:
    """It neither travels with the clip nor keeps it from being taken."""
    path = made.drop(ONE + ".json", b"{}")
    os.chown(path, 12345, 12345)
    made.run("run", "--once")

    assert names(made.folders.done) == [ONE]
    assert names(made.folders.inbox) == [ONE + ".json"]


def test_a_delivery_that_does_not_fit_waits_alone(made: Installation) -> None:
    """Others, which do, go on; nothing is begun that cannot be finished."""
    facts = os.statvfs(made.folders.root)
    with (made.folders.inbox / "huge.mp4").open("wb") as file:
        file.truncate(facts.f_bavail * facts.f_frsize + (1 << 30))
    ended = made.run("run", "--once")

    assert ended.returncode == 1
    assert "no room for a copy" in ended.stderr
    assert names(made.folders.done) == [ONE]
    assert tree(made.folders.working) == {}
