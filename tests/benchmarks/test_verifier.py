"""What is printed of a verifier is what it looked at, and agrees with the truth."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from benchmarks import verifier
from tests.analysis.made_record import encounter
from tests.analysis.verification.made import findings, moment
from tests.footage import clip_bytes
from weir.clip import truth_name
from weir.truth import Truth


def test_every_way_has_a_line_and_only_boxes_are_asked_how_many(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A river without fish, in which a model of whole frames cannot count."""
    clip = tmp_path / "clip00001_2027-03-01_05-00-00.h264"
    clip.write_bytes(clip_bytes(1, frames=4, fish=False))
    truth = Truth(1, 1_804_000_000, 1.0, 4, (), ())
    clip.with_name(truth_name(clip.name)).write_text(truth.to_json())

    with ThreadPoolExecutor(1) as pool:
        ways = dict(verifier.look_at_all(pool, [clip], "auto"))
    verifier.print_rivers(ways)

    none, *_, every = capsys.readouterr().out.splitlines()[-len(ways) :]
    assert len(ways) == len(verifier.BUDGETS) + 2
    assert none.split()[:3] == ["no", "verifier", "0.0%"]
    assert none.split()[-1] == "-"
    assert "100.0%" in every
    assert all(way.looked <= 4 == way.frames for way in ways.values())


def test_the_budgets_and_the_hours_of_a_day_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A hundred frames with two things in them, of one frame each."""
    found = findings([encounter(1, 10, 10)], [moment(1, 60, 60)])
    verifier.print_footage("a creek", [found])

    rows = [line.split() for line in capsys.readouterr().out.splitlines()[3:]]
    assert rows[0] == ["120", "2.00%", "2", "of", "2", "0.28"]
    assert rows[-2] == ["no", "limit", "2.00%", "2", "of", "2", "0.28"]
    assert rows[-1] == ["every", "frame", "100.00%", "13.75"]
