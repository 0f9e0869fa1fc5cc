"""What the report shows of the cameras' logs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from analysis.record.file.reader import reading
from analysis.record.results import Results
from analysis.report.logs import MOST_CAMERAS, MOST_LINES, camera_logs
from analysis.report.page import write_report
from tests.analysis.made_record import open_record
from tests.analysis.report.test_page import Page
from tests.weir.test_log import LINE


def report(folder: Path, *messages: str) -> str:
    """The page of a record with a log of these words."""
    store, _ = open_record(folder)
    with store:
        store.add_log([replace(LINE, message=words) for words in messages])
    with reading(folder / "weir.sqlite") as db:
        return write_report(Results(db), folder, folder).read_text("utf-8")


def test_the_page_tells_what_the_camera_told(tmp_path: Path) -> None:
    """Behind a fold for each camera, with the sum of it on the fold."""
    text = report(tmp_path, "drive not usable reason=no drive")

    assert "creek, cam1: 0 errors, 1 warning<" in text
    assert "<td>2026-05-01T05:00:00Z</td><td>warning</td>" in text
    assert "<td>drive not usable reason=no drive (3 times before)</td>" in text


def test_without_a_log_there_is_no_such_part(tmp_path: Path) -> None:
    """Footage of the original script has none."""
    assert "What the cameras told" not in report(tmp_path)


def test_hostile_words_are_only_words(tmp_path: Path) -> None:
    """No tag, nothing to load, no text that runs backwards."""
    text = report(tmp_path, '<img src="http://x/y"><script>', "a\u202eb\x00c\x1b[2K")

    assert Page(text).tags.count("script") == 1  # our own
    assert Page(text).loads == []
    assert "a?b?c?[2K" in text


def test_it_is_bounded() -> None:
    """Of many cameras some, of each the newest lines; the sums are of all."""
    many = [replace(LINE, camera=f"{n:04d}") for n in range(99)]
    assert len(camera_logs(many)) == MOST_CAMERAS

    (log,) = camera_logs([replace(LINE, level="error", deployment="x" * 999)] * 500)
    assert (log.errors, log.warnings, len(log.lines)) == (500, 0, MOST_LINES)
    assert len(log.deployment) == 100


def test_a_clock_that_nobody_vouches_for_is_doubted() -> None:
    """Its times have a question mark."""
    (log,) = camera_logs([replace(LINE, clock_synchronised=False)])

    assert log.lines[0].at == "2026-05-01T05:00:00Z ?"
