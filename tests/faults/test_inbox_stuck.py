"""A folder that took a file's place as it was claimed, and that cannot be put back."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.analysis.small_host import names
from tests.faults import test_inbox_member
from tests.faults.test_inbox_member import GROUP, MEMBER, Served
from tests.footage import clip_bytes

pytestmark = test_inbox_member.pytestmark
place = test_inbox_member.place
ONE = "clip1_2026-05-01.h264"


def make_deep(folder: Path, mode: int) -> None:
    """A folder of a member with 1,200 in each other, as it was left in working/."""
    script = 'mkdir -p "$0"; cd "$0"; for n in $(seq 1200); do mkdir a; cd -P a; done'
    subprocess.run(["sh", "-c", script, str(folder)], check=True)
    for path in (folder.parent, folder.parent.parent):
        os.chown(path, test_inbox_member.SERVICE, GROUP)
    os.chown(folder, MEMBER, GROUP)
    folder.chmod(mode)


@pytest.mark.parametrize("mode", [0o770, 0o550, 0o000])
def test_a_folder_that_was_taken_stops_no_start(place: Path, mode: int) -> None:
    """Whoever owns it can close it, and then nobody else can move it."""
    made = Served(place / "made")
    make_deep(made.folders.taken / ONE, mode)
    made.drop(ONE, clip_bytes(1))
    ended = made.run("run", "--once")

    assert "Traceback" not in ended.stderr
    assert ("cannot be moved" in ended.stderr) == (mode != 0o770)
    assert any(name.startswith("clip1") for name in names(made.folders.done))
