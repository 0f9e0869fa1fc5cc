"""Clip names: what they say, and what they do not."""

from datetime import date, datetime, time, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weir import ContractError
from weir.clip import ClipName, clip_of, date_in, encodable, is_video


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "clip00012_2026-05-01_07-00-00.h264",
            ClipName(12, date(2026, 5, 1), time(7)),
        ),
        ("clip12_2026-05-01.h264", ClipName(12, date(2026, 5, 1), None)),
        (
            "clip123456_2026-12-31_23-59-59.h264",
            ClipName(123456, date(2026, 12, 31), time(23, 59, 59)),
        ),
    ],
)
def test_new_and_original_names_are_read(name: str, expected: ClipName) -> None:
    """And written as they were."""
    assert ClipName.parse(name) == expected
    assert expected.format() == name


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("clip1_2026-02-30.h264", "a date that does not exist"),
        ("clip1_2026-02-03_25-00-00.h264", "a date that does not exist"),
        ("clip1_2026-02-03.mp4", "is no clip name like"),
        ("clip_2026-02-03.h264", "is no clip name like"),
        ("clip1_2026-02-03.h264.part", "is no clip name like"),
        ("", "is no clip name like"),
    ],
)
def test_other_names_are_refused(name: str, why: str) -> None:
    """With the name in the error."""
    with pytest.raises(ContractError, match=why):
        ClipName.parse(name)


@given(st.integers(0, 10**9), st.datetimes(timezones=st.just(timezone.utc)))
def test_every_name_is_read_back(number: int, start: datetime) -> None:
    """To the second."""
    name = ClipName.at(number, start)

    assert ClipName.parse(name.format()) == name
    assert date_in(name.format()) == start.date()


def test_the_original_analysis_finds_the_date() -> None:
    """By the rule that its code has."""
    name = ClipName.at(3, datetime(2026, 5, 1, 7, tzinfo=timezone.utc)).format()

    assert name.split("_")[1].split(".")[0] == "2026-05-01"


@pytest.mark.parametrize(
    "name", ["a.h264", "a.MP4", "a.Avi", "a.mkv", "x/a.mov", "b.MTS", "c.m4v", "e.264"]
)
def test_footage_is_known_by_its_ending(name: str) -> None:
    """In any case."""
    assert is_video(name)
    assert not is_video(name + ".json")


@pytest.mark.parametrize(
    ("name", "clip"),
    [
        ("a.h264.json", "a.h264"),
        ("a.h264.truth.json", "a.h264"),
        ("a.json", "a.json"),
        ("a.h264", "a.h264"),
        (".json", ".json"),
    ],
)
def test_what_belongs_to_a_clip_is_known_by_its_name(name: str, clip: str) -> None:
    """Other JSON belongs to none."""
    assert clip_of(name) == clip


def test_a_name_that_is_no_utf_8_can_be_written_down() -> None:
    """Its bytes are replaced where they are none."""
    assert encodable("caf\udce9.h264") == "caf\ufffd.h264"
    assert encodable("café\n.h264") == "café\n.h264"


@given(st.text(max_size=40))
def test_a_date_in_a_name_is_found_or_not(name: str) -> None:
    """And never an error."""
    assert date_in(name) is None or str(date_in(name)) in name
