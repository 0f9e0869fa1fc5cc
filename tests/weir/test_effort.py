"""The effort ledger: lines that add up, and torn ones that spoil no other."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.footage import START
from weir import ContractError, effort
from weir.effort import EffortLine, PruneLine, parse_ledger

END = START + timedelta(minutes=15)
LINE = EffortLine(
    *("creek", "cam1", START, END, "+02:00", 840.0),
    missed=(("no drive", 60.0),),
    clips=("clip00001_2026-05-01_07-00-00.h264",),
)


def test_what_is_written_is_read() -> None:
    """Field for field."""
    assert EffortLine.from_json(LINE.to_json(), "effort.jsonl:1") == LINE


@pytest.mark.parametrize(
    ("filmed_s", "missed", "outcome"),
    [
        (900, (), "filmed"),
        (840, (("clock", 60),), "shortened"),
        (0, (("camera", 900),), "missed"),
    ],
)
def test_the_outcome_follows(
    filmed_s: float, missed: tuple[tuple[str, float], ...], outcome: str
) -> None:
    """From what was filmed and what was missed."""
    line = EffortLine("creek", "cam1", START, END, "+02:00", filmed_s, missed)

    assert (line.outcome, line.planned_s) == (outcome, 900)


def test_lines_are_appended(tmp_path: Path) -> None:
    """Behind what a power cut has torn, too."""
    ledger = tmp_path / "effort.jsonl"
    effort.append(ledger, LINE)
    with ledger.open("ab") as file:
        file.write(b'{"format_ver')
    effort.append(ledger, LINE)
    lines, problems = parse_ledger(ledger.read_bytes(), "effort.jsonl")

    assert lines == [LINE, LINE]
    assert [problem.split(": ")[0] for problem in problems] == ["effort.jsonl:2"]


def test_a_line_is_on_the_disk_when_it_is_appended(
    tmp_path: Path, disk: list[str]
) -> None:
    """A slot that is told of stays told of, whatever happens to the power."""
    effort.append(tmp_path / "effort.jsonl", LINE)

    assert disk == ["sync effort.jsonl"]


def test_a_line_of_a_prune_is_no_slots() -> None:
    """And no trouble: it is there for people."""
    prune = PruneLine("creek", "cam1", START, "a.zip", "0" * 64, 3).to_json()
    text = "\n".join([LINE.to_json(), prune, '{"pruned"'])
    lines, problems = parse_ledger(text.encode(), "effort.jsonl")

    assert lines == [LINE]
    assert [problem.split(": ")[0] for problem in problems] == ["effort.jsonl:3"]


@pytest.mark.parametrize("cut", range(0, len(LINE.to_json()), 7))
def test_a_line_torn_anywhere_spoils_itself_only(cut: int) -> None:
    """The next one stands."""
    text = LINE.to_json().encode()
    lines, problems = parse_ledger(
        text[:cut] + b"\n" + text + b"\r\n\n", "effort.jsonl"
    )

    assert lines == [LINE]
    assert len(problems) == (cut > 0)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("T05:15", "T04:15"), ("T05:15", "T05:00"), ("840.0", "-1.0")],
    ids=["ends before it starts", "no length", "less than nothing filmed"],
)
def test_a_slot_has_a_length(right: str, wrong: str) -> None:
    """One that ends before it starts is none."""
    text = LINE.to_json().replace(right, wrong)
    assert text != LINE.to_json()

    with pytest.raises(ContractError, match="ends before it starts"):
        EffortLine.from_json(text, "effort.jsonl:1")


def test_a_million_bad_lines_are_told_in_a_few() -> None:
    """Nobody reads them all."""
    _, problems = parse_ledger(b"x\n" * 500, "effort.jsonl")
    assert len(problems) == 21
    assert problems[-1] == "effort.jsonl: 480 more lines are unreadable"
    _, problems = parse_ledger(b"x\n" * 21, "effort.jsonl")
    assert problems[-1] == "effort.jsonl: 1 more line is unreadable"

    _, problems = parse_ledger(b"x\n" * 1_000_000, "effort.jsonl")
    assert len(problems) == 21
    assert problems[-1] == "effort.jsonl: the rest, as bad, was not read"


def test_a_line_of_megabytes_is_not_parsed() -> None:
    """It is none of ours."""
    _, problems = parse_ledger(b"[" * (1 << 20), "effort.jsonl")

    assert problems == ["effort.jsonl:1: a line of 1048576 bytes is none of ours"]


def test_an_offset_that_is_none_is_refused() -> None:
    """The host works out local dates with it; the others are read all the same."""
    lines, problems = parse_ledger(
        LINE.to_json().replace("+02:00", "UTC").encode()
        + b"\n"
        + LINE.to_json().encode(),
        "effort.jsonl",
    )

    assert lines == [LINE]
    assert "utc_offset" in problems[0]
