"""The command ``report``: what it says of footage that waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.__main__ import main
from analysis.commands.report import waiting_words
from analysis.record.file.recordfile import FILE_NAME
from tests.analysis.made_record import clip, open_record, seen
from tests.analysis.small_host import NOW, Host
from tests.footage import clip_bytes


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """A host whose record has one clip of ten seconds in 1000 bytes."""
    host = Host(tmp_path)
    store, run = open_record(host.folders.results)
    with store:
        store.commit(clip(1), run, seen(), NOW)
    return host


def test_nothing_is_said_where_nothing_waits(host: Host) -> None:
    """The common case."""
    assert waiting_words(host.folders.results / FILE_NAME) == ""


def test_it_is_said_how_much_waits(host: Host) -> None:
    """Files, bytes, and about how much footage that is."""
    host.folders.inbox.mkdir(parents=True, exist_ok=True)
    (host.folders.inbox / "a.h264").write_bytes(clip_bytes(3)[:1].ljust(60000, b"x"))

    assert "1 file (0.1 MB, about 0.2 hours of footage) lay in the inbox" in (
        waiting_words(host.folders.results / FILE_NAME)
    )


@pytest.mark.parametrize("threshold", ["nan", "1.2", "-1", "inf", "many"])
def test_no_threshold_lies_beside_all_scores(
    capsys: pytest.CaptureFixture[str], threshold: str
) -> None:
    """A page that counts nothing, by a slip of the finger, would look like a river."""
    with pytest.raises(SystemExit):
        main(["report", f"--threshold={threshold}"])

    assert f"'{threshold}': expected 0 to 1, like 0.7" in capsys.readouterr().err
