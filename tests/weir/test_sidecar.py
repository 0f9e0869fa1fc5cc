"""The sidecar: a round trip, and errors that name the field."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.footage import START, sidecar_of
from weir import ContractError
from weir.sidecar import Sidecar, rate_of

NAME = "clip00001_2026-05-01_07-00-00.h264"
FULL = sidecar_of(
    b"bytes",
    NAME,
    site="the bend",
    latitude=47.5,
    longitude=-8,
    boot_id="b",
    uptime_s=12.5,
    complete=False,
    incomplete_reason="power",
    settings={"gain": 2, "modes": ["a", None]},
    frame_times_ms=(0, 1000, 2001),
    corrected_start=START + timedelta(hours=1),
    framerate_asked=1,
)


@pytest.mark.parametrize(
    "sidecar",
    [
        sidecar_of(b"bytes", NAME),
        sidecar_of(b"bytes", NAME, clock_synchronised=None),
        FULL,
    ],
)
def test_what_is_written_is_read(tmp_path: Path, sidecar: Sidecar) -> None:
    """Through a file, field for field."""
    sidecar.write(tmp_path / "a.json")

    assert Sidecar.read(tmp_path / "a.json") == sidecar


def test_what_is_not_known_is_not_written() -> None:
    """No empty site, no null coordinates."""
    fields = json.loads(sidecar_of(b"", NAME).to_json())

    assert not {"site", "latitude", "uptime_s", "corrected_start"} & set(fields)


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("framerate", 0, "framerate = 0; expected"),
        ("framerate", 1e-300, "framerate = 1e-300; expected"),
        ("framerate_asked", 0, "framerate_asked = 0; expected"),
        ("latitude", 91, "latitude = 91; expected degrees, -90 to 90"),
        ("longitude", -181, "longitude = -181; expected degrees, -180 to 180"),
        ("frame_times_ms", [0, 10**14], "frame_times_ms = .* expected 0 to a year"),
        ("frame_times_ms", [-1], "frame_times_ms"),
        ("resolution", [1], r"resolution = \[1\]; expected \[width, height\]"),
        ("utc_offset", "local", "utc_offset: 'local' is no zone offset"),
        ("utc_offset", "+99:00", "utc_offset: '\\+99:00' is no zone offset"),
        ("end", "2026-04-30T00:00:00Z", "end = .* expected not before start"),
        ("complete", "yes", "complete = 'yes'; expected true or false"),
        ("sha256", None, "sha256 is missing"),
        ("format_version", 2, "format_version = 2; expected 1"),
    ],
)
def test_an_error_names_the_field(field: str, value: Any, why: str) -> None:
    """And the file."""
    fields = {**json.loads(FULL.to_json()), field: value}

    with pytest.raises(ContractError, match="a.json: " + why):
        Sidecar.from_json(json.dumps(fields), "a.json")


def test_a_corrected_start_moves_the_end_too() -> None:
    """And is one that can be trusted."""
    assert FULL.best_start == START + timedelta(hours=1)
    assert FULL.best_end - FULL.best_start == FULL.duration
    assert replace(FULL, clock_synchronised=False).clock_trusted
    assert FULL.local_start.hour == 8


def test_the_rate_is_what_the_camera_made() -> None:
    """A sidecar of before ``framerate_asked`` says what was asked; its times know."""
    times = tuple(760 * number for number in range(100))
    old = sidecar_of(b"", NAME, frame_times_ms=times)
    new = sidecar_of(b"", NAME, frame_times_ms=times, framerate_asked=1)

    assert old.rate == pytest.approx(1.3158, rel=1e-4)
    assert new.rate == new.framerate
    assert sidecar_of(b"", NAME).rate == 1


@pytest.mark.parametrize("times", [(), (0,), (5, 5), (9, 3)])
def test_too_few_times_tell_no_rate(times: tuple[int, ...]) -> None:
    """Nor do such as do not go up."""
    assert rate_of(times) is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner)
    ),
    max_leaves=5,
)


@given(st.sampled_from(sorted(json.loads(FULL.to_json()))), _JSON)
def test_no_value_does_worse_than_be_refused(field: str, value: Any) -> None:
    """And what is taken can be written, and read again."""
    fields = {**json.loads(FULL.to_json()), field: value}
    try:
        sidecar = Sidecar.from_json(json.dumps(fields), "a.json")
    except ContractError:
        return

    assert Sidecar.from_json(sidecar.to_json(), "again") == sidecar
    assert sidecar.best_end >= sidecar.best_start
