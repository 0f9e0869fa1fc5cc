"""The times of frames that a recorder wrote beside a raw clip."""

from __future__ import annotations

import pytest

from analysis.origin.frametimes import read_frame_times
from weir.member import LARGEST_TIMES

V2 = b"# timecode format v2\n"


@pytest.mark.parametrize(
    "data",
    [
        V2 + b"0.000\n33.300\n100.000\n",  # rpicam-vid, raspivid
        b"# timestamp format v4\r\n500\r\n533.3\r\n600\r\n",
        b"# timestamp format v4\n600\n500\n533.3\n",  # as they are coded
        b"\xef\xbb\xbf# timestamp format v2\n0\n33.3\n100\n",
        b"5000000\n5033300\n5100000\n",  # picamera: microseconds
    ],
)
def test_times_are_read_from_the_first_frame(data: bytes) -> None:
    """Milliseconds, whatever the recorder counts from."""
    times, problem = read_frame_times(data)

    assert (times is not None, problem) == (True, "")
    assert times is not None and times.tolist() == pytest.approx([0, 33.3, 100])


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "has 0 times"),
        (V2 + b"0\n", "has 1 time,"),
        (b"# timecode format v1\nAssume 25\n", "the number of frames is not known"),
        (b"# timecode format v3\n0\n", "format is v3, expected v1, v2 or v4"),
        (V2 + b"0\nsoon\n", "line 3: 'soon' is no time"),
        (V2 + b"0\n4\0\n", "is no time"),
        (V2 + b"-1\n5\n", "line 2: '-1' is no time"),
        (V2 + b"0\nnan\n", "is no time"),
        (V2 + b"0\n" + b"9" * 400 + b"\n", "is no time"),
        (V2 + b"0\n999999999999999\n", "longer than a year"),
        (V2 + b"0\n40\n40\n", "frame 2 is not later"),
        (V2 + b"0\n80\n40\n", "frame 2 is not later"),
        (V2 + b"0\n0.01\n", "would be 100000 frames a second"),
        (b"0\n33\n66\n", "milliseconds need a first line '# timecode format v2'"),
        (b"0.0\n33.3\n", "its first line is not like '# timecode format v2'"),
        (b"\x89PNG\r\n\x1a\n", "is no time"),
        (b"0\n" * (LARGEST_TIMES // 2 + 1), "larger than 16 MiB"),
    ],
)
def test_what_is_no_list_of_times_is_refused_in_words(data: bytes, why: str) -> None:
    """Nothing of it is used."""
    times, problem = read_frame_times(data)

    assert times is None
    assert why in problem


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        (b"Assume 25\n", [0, 40, 80]),
        (b"assume 25.000\n\n# half\n1,1,12.5\n", [0, 40, 120]),
        (b"0,2,10\n", [0, 100, 200]),
        (b"0,1,10\n", "does not state the rate of each frame"),
        (b"Assume 0\n", "does not state the rate of each frame"),
        (b"Assume 25\nsoon\n", "line 3 states no rate"),
    ],
)
def test_rates_are_times(rates: bytes, expected: object) -> None:
    """Of as many frames as the clip has."""
    times, problem = read_frame_times(b"# timecode format v1\n" + rates, 3)

    if times is None:
        assert str(expected) in problem
    else:
        assert (times.tolist(), problem) == (expected, "")
