"""A member of the group locks all that can be read; the daemon does not care."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, redirect_stdout
from io import StringIO
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from analysis.__main__ import main
from analysis.intake.folders import LOCK_NAME
from tests.analysis.installation import Installation
from tests.analysis.small_host import names
from tests.footage import clip_bytes
from tests.member import acting, give_to_group, lock_all, needs_another_user

pytestmark = needs_another_user
ONE, TWO = "clip1_2026-05-01.h264", "clip2_2026-05-01.h264"


@pytest.fixture
def made() -> Iterator[Installation]:
    """An installation as systemd's unit makes it, where others may go."""
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    give_to_group(root / "host")
    before = os.umask(0o027)
    try:
        installation = Installation(root)
        installation.config.chmod(0o644)
        yield installation
    finally:
        os.umask(before)
        shutil.rmtree(root)


def test_locks_of_a_member_keep_nothing_from_working(made: Installation) -> None:
    """Neither the daemon's start nor what it writes; the lock and record are its."""
    made.drop(ONE, clip_bytes(1))
    made.run("run", "--once")
    with acting(lock_all(made.folders.root)) as member:
        held = member.recv()
        made.drop(TWO, clip_bytes(2))
        ended = made.run("run", "--once")

    assert "results/weir-copy.sqlite" in held
    assert not {f"results/weir.sqlite{end}" for end in ("", "-wal", "-shm")} & set(held)
    assert LOCK_NAME not in held
    assert ended.returncode == 0
    assert made.tables()["clips"].count("\n") == 3


def test_locks_of_a_member_keep_nobody_from_saying_something(
    made: Installation,
) -> None:
    """The labels and their lock are the owner's; a member reads the copy."""
    made.drop(ONE, clip_bytes(1))
    made.run("run", "--once")
    table = made.config.parent / "labels.csv"
    table.write_text(f"clip,first_frame,last_frame,verdict\n{ONE},4,7,fish\n")
    made.run("labels", "import", str(table))
    table.write_text(f"clip,first_frame,last_frame,verdict\n{ONE},0,3,not\n")
    with acting(lock_all(made.folders.root)) as member:
        held = member.recv()
        ended = made.run("labels", "import", str(table))

    assert {path for path in held if path.startswith("labels/")} <= {
        *("labels/labels-copy.sqlite", "labels/labels.sqlite.closed")
    }
    assert "labels/labels-copy.sqlite" in held
    assert ended.stdout == "1 new label, 0 known before\n", ended.stderr


def test_locks_of_a_member_while_it_runs_stop_no_commit(made: Installation) -> None:
    """The files that SQLite makes while it works are the service's too."""
    made.drop(ONE, clip_bytes(1))
    with made.start() as daemon:
        daemon.wait_until(lambda: names(made.folders.receipts), "no receipt")
        with acting(lock_all(made.folders.root)) as member:
            assert "results/weir.sqlite-shm" not in member.recv()
            made.drop(TWO, clip_bytes(2))
            daemon.wait_until(
                lambda: len(names(made.folders.receipts)) == 2, "not committed"
            )
        assert daemon.stop() == 0


def test_a_receipt_comes_after_the_copy_that_has_its_clips(made: Installation) -> None:
    """Also the second one, a moment after the first."""
    with made.start() as daemon:
        for number, name in enumerate((ONE, TWO), start=1):
            made.drop(name, clip_bytes(number))
            receipt = made.folders.receipts / f"{name}.receipt.json"
            daemon.wait_until(receipt.exists, "no receipt")
            copy = made.folders.results / "weir-copy.sqlite"
            with closing(sqlite3.connect(f"file:{copy}?immutable=1", uri=True)) as db:
                clips = db.execute("SELECT clip FROM clips").fetchall()
            assert (name,) in clips
        assert daemon.stop() == 0


def test_a_member_reads_beside_the_daemon(made: Installation) -> None:
    """Status, report and export, from the copy; the daemon is known to run."""
    out = made.config.parent / "out"
    out.mkdir()
    out.chmod(0o777)
    config = ["--config", str(made.config)]
    commands = (
        ["status", *config],
        ["export", "--format", "csv", "--output", str(out), *config],
        ["report", "--output", str(out), *config],
    )

    def read(pipe: Connection) -> None:
        os.chdir("/")
        with redirect_stdout(StringIO()) as said:
            codes = [main(command) for command in commands]
        pipe.send((codes, said.getvalue()))

    made.drop(ONE, clip_bytes(1))
    with made.start() as daemon:
        copy = made.folders.results / "weir-copy.sqlite"
        daemon.wait_until(lambda: names(made.folders.receipts), "no receipt")
        assert copy.exists()
        for command in commands:
            assert main(command) == 0  # which imports what a member cannot
        for file in (*out.glob("*.csv"), out / "report.html"):
            file.unlink()
        with acting(read) as member:
            codes, said = member.recv()

        assert codes == [0, 0, 0], said
        assert f"running, process {daemon.process.pid}" in said
    assert ONE in (out / "clips.csv").read_text()
    assert ONE in (out / "report.html").read_text()


def test_a_member_reads_what_people_said_and_adds_nothing(made: Installation) -> None:
    """Status, export and score, from the copy; who may add something is told."""
    made.drop(ONE, clip_bytes(1))
    made.run("run", "--once")
    table, config = made.config.parent / "labels.csv", ["--config", str(made.config)]
    table.write_text(f"clip,first_frame,last_frame,verdict\n{ONE},4,7,fish\n")
    table.chmod(0o644)
    commands = (
        ["labels", "import", str(table), *config],
        ["labels", "status", *config],
        ["labels", "export", "--output", "-", *config],
        ["score", "--labels", *config],
    )

    def act(pipe: Connection) -> None:
        os.chdir("/")
        with redirect_stdout(StringIO()) as said:
            codes = [main(command) for command in commands]
        pipe.send((codes, said.getvalue()))

    assert [main(command) for command in commands] == [0, 0, 0, 0]
    before = (made.folders.labels / "labels.sqlite").read_bytes()
    with acting(act) as member:
        codes, said = member.recv()

    assert codes == [1, 0, 0, 0], said
    assert "1 by the model, 1 confirmed by a person" in said
    assert (made.folders.labels / "labels.sqlite").read_bytes() == before
