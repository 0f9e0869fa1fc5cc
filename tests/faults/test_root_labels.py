"""Root imports a table from a home directory, and what is made is the service's."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import analysis.commands.labels  # before root is given up: others cannot read this
from analysis.__main__ import main
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen
from tests.member import GROUP, USER, needs_another_user

pytestmark = needs_another_user
assert analysis.commands.labels


@pytest.fixture
def root() -> Iterator[Path]:
    """A config, a host's folder that is the service's, and a home of root's own."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    (folder / "config.toml").write_text('[analysis]\nfolder = "host"\n')
    store, run = open_record(folder / "host" / "results")
    with store:
        store.commit(clip(1), run, seen([encounter(1, 2, 5)]), NOW)
    for path in (folder / "host", *(folder / "host").rglob("*")):
        os.chown(path, USER, GROUP)
    (folder / "home").mkdir(mode=0o700)
    yield folder
    shutil.rmtree(folder)


def types(root: Path, *words: str) -> int:
    """Type a command as root, who is not to come back from it; its exit code."""

    def act() -> None:
        os.chdir("/")
        os._exit(main([*words, "--config", str(root / "config.toml")]))

    process = multiprocessing.get_context("fork").Process(target=act)
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def test_what_root_imports_is_the_services(root: Path) -> None:
    """And the service can add to it afterwards."""
    table = root / "home" / "labels.csv"
    name = clip(1).clip
    table.write_text(f"clip,first_frame,last_frame,verdict\n{name},2,5,fish\n")
    table.chmod(0o600)

    assert types(root, "labels", "import", str(table)) == 0
    assert types(root, "labels", "undo") == types(root, "labels", "status") == 0
    labels = root / "host" / "labels"
    owners = {path.stat().st_uid for path in (labels, *labels.iterdir())}
    assert owners == {USER}
    assert types(root, "labels", "export", "--output", str(root / "home" / "out")) == 0
    assert f"{name}," in (root / "home" / "out").read_text()
