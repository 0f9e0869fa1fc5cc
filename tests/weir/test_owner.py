"""Root gives what it makes to whoever owns the folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from weir import ServiceError, atomic, owner, plain, service

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give away")
ROOT = Path(__file__).parents[2]
SOMEBODY = 12345


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """Somebody else's folder."""
    folder = tmp_path / "theirs"
    folder.mkdir()
    os.chown(folder, SOMEBODY, SOMEBODY)
    return folder


def test_a_written_file_is_its_folders_owners(theirs: Path) -> None:
    """Whole files, lines that are added, and locks."""
    atomic.write_text(theirs / "whole", "")
    atomic.append_line(theirs / "lines", "")
    with service.alone(theirs / "lock"):
        pass

    assert {SOMEBODY} == {path.stat().st_uid for path in theirs.iterdir()}


def test_a_file_that_root_left_before_is_given_at_the_next_use(theirs: Path) -> None:
    """As by a version that gave nothing."""
    left = theirs / "lock"
    left.write_text("")

    with service.alone(left):
        assert left.stat().st_uid == SOMEBODY


def test_a_file_with_a_second_name_stays_whose_it_is(theirs: Path) -> None:
    """It may be the system's, linked into the folder."""
    system = theirs.parent / "shadow"
    system.write_text("")
    os.link(system, theirs / "log")

    os.close(plain.descriptor(theirs / "log", os.O_WRONLY | os.O_CREAT))

    assert system.stat().st_uid == 0


def test_who_became_the_owner_is_seen_as_the_owner(theirs: Path) -> None:
    """Else a service that is started beside it sees no holder of its lock.

    Where processes are hidden, it sees those whose files in /proc are not root's.
    """
    script = (
        "import os, pathlib, sys; from weir import owner, service;"
        "owner.become(pathlib.Path(sys.argv[1]));"
        "print(service.owner_of(os.getpid()), os.stat('/proc/self/status').st_uid)"
    )
    command = [sys.executable, "-c", script, str(theirs)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)

    assert done.stdout.decode().split() == [str(SOMEBODY)] * 2


@pytest.mark.parametrize("otherwise", ["", "drop it into the inbox"])
def test_another_users_folder_is_refused_with_what_to_do(
    theirs: Path, otherwise: str
) -> None:
    """To whoever is not its owner; a folder of one's own is not refused."""
    with pytest.raises(ServiceError) as refused:
        owner.require_own(theirs, "weir-analysis keys", otherwise)
    owner.require_own(theirs.parent, "weir-analysis keys", otherwise)

    said = str(refused.value)
    assert f"{theirs}: belongs to user {SOMEBODY}" in said
    assert "sudo -u weir weir-analysis keys" in said
    assert said.endswith(otherwise or "weir-analysis keys")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """With the key that names it."""
    with pytest.raises(ServiceError, match=r"none: No such file .*analysis\.folder"):
        owner.require_own(tmp_path / "none", "weir-analysis keys")
