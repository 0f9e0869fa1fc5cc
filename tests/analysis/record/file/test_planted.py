"""Planted journals: none is replayed that the daemon did not leave itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from analysis import StoreError
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.store import Store
from tests.analysis.small_host import NOW, SETTINGS


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A record that was closed."""
    path = tmp_path / FILE_NAME
    with Store(path) as store:
        store.run(SETTINGS, NOW)
    return path


def left_by_a_kill(tmp_path: Path) -> Path:
    """A WAL with a commit in it, as it lies there while a daemon runs."""
    (tmp_path / "other").mkdir()
    with Store(tmp_path / "other" / FILE_NAME) as store:
        store.run({**SETTINGS, "forged": True}, NOW)
        source = tmp_path / "other" / (FILE_NAME + "-wal")
        return Path(shutil.copy(source, tmp_path / "wal"))


@pytest.mark.parametrize("suffix", ["-wal", "-journal"])
def test_a_journal_beside_a_closed_record_is_refused(
    record: Path, tmp_path: Path, suffix: str
) -> None:
    """And the record stays as it was."""
    before = record.read_bytes()
    left_by_a_kill(tmp_path).rename(str(record) + suffix)

    with pytest.raises(StoreError, match="would change it; move it away"):
        Store(record)
    assert record.read_bytes() == before
    record.with_name(record.name + suffix).unlink()
    Store(record).close()


def test_a_link_is_no_journal(record: Path, tmp_path: Path) -> None:
    """Wherever it leads."""
    (tmp_path / "else").write_bytes(b"")
    record.with_name(record.name + "-shm").symlink_to(tmp_path / "else")

    with pytest.raises(StoreError, match="not the service's own"):
        Store(record)


def test_what_a_killed_daemon_left_is_replayed(record: Path, tmp_path: Path) -> None:
    """Its record was not closed."""
    copied = tmp_path / "copied"
    copied.mkdir()
    with Store(record) as store:
        run = store.run({**SETTINGS, "more": True}, NOW)
        for file in tmp_path.glob(FILE_NAME + "*"):
            shutil.copy(file, copied)

    with Store(copied / FILE_NAME) as again:
        assert again.run({**SETTINGS, "more": True}, NOW) == run
