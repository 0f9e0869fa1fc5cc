"""A member who does harm at random while the real daemon works for somebody honest."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest

from analysis.intake.listing import holes_in
from tests.analysis.installation import ROOT, Installation, wait_until
from tests.analysis.small_host import names, tree
from tests.counts import SOAK
from tests.faults.member import ARCHIVES, DOCUMENTS
from tests.faults.test_inbox_zoo import MOST_MB, Watch
from tests.footage import clip_bytes, sidecar_of, zip_bytes
from weir.archive import Archive
from weir.receipt import RECEIPT_SUFFIX, Receipt

SERVICE, GROUP, MEMBER, HONEST = 64001, 64002, 64003, 64004
HONEST_CLIPS = 12
LAST = "zz_honest.h264"

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can be several people"),
    pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv is missing"),
]


# An interpreter in a closed home is shown to others, in a mount namespace of theirs.
_OPENED = """mount --bind "$1" /mnt && mount -t tmpfs -o mode=755 none "$2" &&
mkdir -p "$1" && mount --bind /mnt "$1" && shift 2 && exec "$@\""""
_BECOME = 'umask 027; exec "$0" "$@"'


def becoming(user: int) -> list[str]:
    """What runs a command as a user of the upload group."""
    ids = [f"--reuid={user}", f"--regid={GROUP}", "--clear-groups"]
    become = ["setpriv", *ids, "sh", "-c", _BECOME]
    base = Path(sys.base_prefix)
    home = Path(*base.parts[:2])  # the first folder below the root
    if home.stat().st_mode & 0o001:
        return become
    space = ["unshare", "--mount", "--propagation", "private"]
    return [*space, "sh", "-c", _OPENED, "sh", str(base), str(home), *become]


class Served(Installation):
    """An analysis that runs as a user of its own, as systemd runs it."""

    def __init__(self, root: Path) -> None:
        super().__init__(root, settle_seconds="0.2")
        subprocess.run(["chown", "-R", f"{SERVICE}:{GROUP}", root], check=True)
        for folder in (self.folders.root, *self.folders.root.iterdir()):
            folder.chmod(0o2750)
        self.folders.inbox.chmod(0o3770)

    def command(self, *arguments: str) -> list[str]:
        """A command of the program, as the service."""
        return [*becoming(SERVICE), *super().command(*arguments)]

    def drop_honest(self) -> None:
        """Drop clips with sidecars, an archive of clips, as another member."""
        members: dict[str, bytes] = {}
        for number in range(HONEST_CLIPS):
            name = f"honest{number}_2026-05-01.h264"
            data = clip_bytes(number) * 3
            beside = sidecar_of(data, name, frames=36).to_json().encode()
            files = {name + ".json": beside, name: data}
            if number % 2:
                members.update(files)
                continue
            for file, content in files.items():
                os.chown(self.drop(file, content), HONEST, GROUP)
        os.chown(self.drop("honest.zip", zip_bytes(members)), HONEST, GROUP)

    def drop_last(self) -> None:
        """Drop one more clip."""
        os.chown(self.drop(LAST, clip_bytes(HONEST_CLIPS) * 3), HONEST, GROUP)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user can reach, as pytest's own cannot be."""
    folder = Path(tempfile.mkdtemp(prefix="weir-member-"))
    folder.chmod(0o755)
    probe = [*becoming(SERVICE), sys.executable, "-c", "import numpy"]
    try:
        if subprocess.run(probe, cwd=ROOT, capture_output=True, check=False).returncode:
            pytest.skip(f"other users cannot run {sys.executable} in {ROOT}")
        yield folder
    finally:
        subprocess.run(["rm", "-rf", str(folder)], check=True)


def rows_of(made: Installation, sums: set[str]) -> dict[str, list[dict[str, str]]]:
    """The rows of the tables that are keyed by a clip, for some clips.

    The rank of a moment is left out: it is one among those of all clips.
    """
    found = {}
    for name, text in made.tables().items():
        rows = csv.DictReader(StringIO(text))
        if "sha256" in (rows.fieldnames or ()):
            found[name] = [{**row, "rank": ""} for row in rows if row["sha256"] in sums]
    return found


def sums_in(folder: Path) -> set[str]:
    """The sha256 of every file below a folder, and of the clips in its archives.

    Files of holes are passed over: they may be gigabytes, and nobody has read them.
    """
    found = set()
    for path in folder.rglob("*"):
        if not path.is_symlink() and path.is_file() and not holes_in(path.lstat()):
            found.add(hashlib.sha256(path.read_bytes()).hexdigest())
            if path.suffix == ".zip" and folder.name == "done":
                with Archive(path) as archive:
                    found.update(clip.sha256 for clip in archive.verify())
    return found


@pytest.mark.timeout(7200)
@pytest.mark.parametrize(
    "rounds", [4, pytest.param(500 if SOAK else 50, marks=pytest.mark.slow)]
)
def test_a_member_can_do_nothing_but_drop(place: Path, rounds: int) -> None:
    """Nothing touched, read, promised or counted that should not be."""
    calm, hit = Served(place / "calm"), Served(place / "hit")
    secrets = place / "secrets"
    secrets.mkdir(0o700)
    secret = clip_bytes(7777)
    (secrets / "secret.h264").write_bytes(secret)
    os.chown(secrets, SERVICE, SERVICE)
    os.chown(secrets / "secret.h264", SERVICE, SERVICE)
    for made in (calm, hit):
        made.drop_honest()
    outside = tree(secrets), tree(calm.folders.done)
    done = [f"honest{n}_2026-05-01.h264" for n in range(0, HONEST_CLIPS, 2)]
    done.append("honest.zip")

    watch = Watch()
    harm = [sys.executable, "-m", "tests.faults.member", str(hit.folders.root)]
    with hit.start() as daemon:
        daemon.wait_until(lambda: "analysis started" in daemon.said, "no start")
        member = subprocess.Popen(
            [*becoming(MEMBER), *harm, str(secrets), "1", str(rounds)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        while member.poll() is None:
            watch.look(daemon)
            assert daemon.process.poll() is None, daemon.said[-4000:]
            with suppress(subprocess.TimeoutExpired):
                member.wait(0.05)
        could = member.communicate()[0]
        for made in (calm, hit):
            made.drop_last()
        # By its name it is taken after all that the member dropped.
        wait_until(
            (hit.folders.done / LAST).exists,
            "not all is worked",
            lambda: daemon.said,
            60 + rounds * 10,
        )
        watch.look(daemon)
        assert daemon.process.poll() is None
        assert daemon.stop() == 0
        said = daemon.said

    assert (tree(secrets), tree(calm.folders.done)) == outside
    assert set(done) <= set(names(hit.folders.done))
    assert calm.run("run", "--once").returncode == 0
    honest = {
        hashlib.sha256(clip_bytes(n) * 3).hexdigest() for n in range(HONEST_CLIPS + 1)
    }
    assert rows_of(hit, honest) == rows_of(calm, honest)
    assert could == ""
    assert "Traceback" not in said
    there, read = sums_in(hit.folders.done), sums_in(hit.folders.rejected)
    receipts = [
        Receipt.read(path) for path in hit.folders.receipts.rglob("*" + RECEIPT_SUFFIX)
    ]
    promised = {clip.sha256 for receipt in receipts for clip in receipt.clips}
    assert promised <= there
    assert hashlib.sha256(secret).hexdigest() not in there | read
    assert watch.daemon_mb < MOST_MB
    assert watch.worker_mb < MOST_MB
    print(
        f"\n{rounds} rounds of a member: {rounds * ARCHIVES} archives,"
        f" {rounds * DOCUMENTS} documents; {len(receipts)} receipts for"
        f" {len(promised)} clips, all of them there;"
        f" {said.count('archive rejected')} rejected; at most"
        f" {watch.daemon_mb:.0f} MB in the daemon, {watch.worker_mb:.0f} in a worker"
    )
