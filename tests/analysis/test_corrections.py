"""Starts that are told, taken back, or can be read at last."""

from __future__ import annotations

import logging
import unicodedata
from pathlib import Path

import pytest

from tests.analysis.small_host import Host, names
from tests.footage import clip_bytes, sidecar_of, zip_bytes

SEVEN, EIGHT = "2026-05-01T05:00:00Z", "2026-05-01T06:00:00Z"
PHONE = "VID_20260501_070000.h264"


def starts(host: Host) -> dict[str, tuple[str, str]]:
    """Each clip's start, and what says it."""
    return {c["clip"]: (c["start"], c["start_from"]) for c in host.clips()}


def table(*lines: str) -> bytes:
    """A table of times."""
    return "\n".join(("clip,start", *lines, "")).encode()


def test_a_table_in_an_archive_is_about_its_clips(tmp_path: Path) -> None:
    """Other clips of these names are others; local time is the config's zone's."""
    with Host(tmp_path, timezone="Europe/Berlin") as host:
        times = table("a.h264,2026-05-01T07:00:00", "r/b.h264,2026-05-01T06:00:00Z")
        files = {"a.h264": clip_bytes(1), "r/b.h264": clip_bytes(2)}
        host.drop("a.zip", zip_bytes({**files, "times.csv": times}))
        host.drop("other/a.h264", clip_bytes(3))
        host.settle()
        found = {c["sha256"]: (c["start"], c["start_from"]) for c in host.clips()}

    assert sorted(found.values()) == [("", ""), (SEVEN, "times"), (EIGHT, "times")]


@pytest.mark.parametrize("line", ["a.h264,7 o'clock", "b.h264,2026-05-01T07:00:00Z"])
def test_a_table_that_cannot_be_used_keeps_its_archive(
    tmp_path: Path, line: str
) -> None:
    """Somebody wrote it down: it is a trouble, whatever the config would delete."""
    with Host(tmp_path, keep_done=False) as host:
        host.drop("good.zip", zip_bytes({"c.h264": clip_bytes(2)}))
        times = {"a.h264": clip_bytes(1), "times.csv": table(line)}
        host.drop("bad.zip", zip_bytes(times))
        host.settle()

    assert names(host.folders.done) == ["bad.zip"]
    assert host.work.troubles == 1


@pytest.mark.parametrize("first", ["clip", "table"])
def test_a_table_may_come_before_or_after_its_clip(tmp_path: Path, first: str) -> None:
    """It is kept, for clips that are still to come."""
    with Host(tmp_path) as host:
        if first == "clip":
            host.drop("a.h264", clip_bytes(1))
            host.settle()
        host.drop("times.csv", table("a.h264,2026-05-01T07:00:00+02:00"))
        host.settle()
        if first == "table":
            host.drop("a.h264", clip_bytes(1))
            host.settle()
        found = starts(host)

    assert found == {"a.h264": (SEVEN, "times")}
    assert (host.folders.done / "times.csv").is_file()


def test_a_table_in_a_folder_is_about_the_folder(tmp_path: Path) -> None:
    """Two cameras count from the same number."""
    with Host(tmp_path) as host:
        host.drop("cam2/times.csv", table("a.h264,2026-05-01T07:00:00+02:00"))
        host.drop("cam2/a.h264", clip_bytes(1))
        host.drop("cam3/a.h264", clip_bytes(2))
        host.settle()
        found = {clip["camera"]: clip["start"] for clip in host.clips()}

    assert found == {"cam2": SEVEN, "cam3": ""}


def test_what_was_told_is_taken_back_by_an_empty_start(tmp_path: Path) -> None:
    """Then the name says it again, where it does; and the table is exported."""
    with Host(tmp_path, timezone="Europe/Berlin") as host:
        host.drop(PHONE, clip_bytes(1))
        host.drop("b.h264", clip_bytes(2))
        lines = [f"{name},2026-05-01T08:00:00" for name in (PHONE, "b.h264")]
        host.drop("times.csv", table(*lines))
        host.settle()
        told, exported = starts(host), host.tables()["times"]
        host.drop("times.csv", table(f"{PHONE},", "b.h264,"))
        host.settle()
        taken, empty = starts(host), host.tables()["times"]

    assert told == dict.fromkeys((PHONE, "b.h264"), (EIGHT, "times"))
    assert exported.splitlines()[1:] == [f"{PHONE},{EIGHT},,", f"b.h264,{EIGHT},,"]
    assert taken == {PHONE: (SEVEN, "name"), "b.h264": ("", "")}
    assert empty.count("\n") == 1


def test_a_sidecar_is_believed_first(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever tells another start hears of it."""
    name, data = "clip00001_2026-05-01_07-00-00.h264", clip_bytes(1)
    beside = sidecar_of(data, name).to_json().encode()
    with Host(tmp_path) as host:
        host.drop("a.zip", zip_bytes({name: data, name + ".json": beside}))
        host.drop("times.csv", table(f"{name},2026-05-01T08:00:00+02:00"))
        host.settle()
        ((start, source),) = starts(host).values()

    assert (start != EIGHT, source) == (True, "sidecar")
    assert "its sidecar holds" in caplog.text


def test_a_name_that_means_two_clips_is_not_guessed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The sum of its bytes says which."""
    with Host(tmp_path) as host:
        for camera, number in (("cam2", 1), ("cam3", 2)):
            host.drop(f"{camera}/a.h264", clip_bytes(number))
        host.drop("times.csv", table("a.h264,2026-05-01T07:00:00+02:00"))
        host.settle()
        first, second = host.clips()
        line = f"a.h264,2026-05-01T07:00:00+02:00,{second['sha256']}"
        host.drop("times.csv", f"clip,start,sha256\n{line}\n".encode())
        host.settle()
        found = {clip["sha256"]: clip["start"] for clip in host.clips()}

    assert "2 clips are called a.h264" in caplog.text
    assert found == {first["sha256"]: "", second["sha256"]: SEVEN}


def test_a_mac_and_a_spreadsheet_write_the_same_name(tmp_path: Path) -> None:
    """However the accent is written, and whatever separates the cells."""
    name = "Wörth 1.h264"
    with Host(tmp_path) as host:
        host.drop(unicodedata.normalize("NFD", name), clip_bytes(1))
        text = f"\ufeffStart;Clip\r\n2026-05-01 07:00:00+02:00;{name}\r\n"
        host.drop("times.csv", text.encode())
        host.settle()
        (found,) = host.clips()

    assert (found["start"], found["date"]) == (SEVEN, "2026-05-01")


def test_what_cannot_be_used_is_told_by_its_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The rest of the table is used."""
    lines = ("a.h264,yesterday", "a.h264,2026-05-01T07:00:00", "a.h264,2026-05-01")
    with Host(tmp_path) as host:
        host.drop("a.h264", clip_bytes(1))
        host.drop("times.csv", table(*lines, "a.h264,2026-05-01T07:00:00+02:00"))
        host.settle()
        found = starts(host)

    assert found == {"a.h264": (SEVEN, "times")}
    for number, why in ((2, "'yesterday'"), (3, "deployment.timezone"), (4, "no time")):
        assert f"line {number}: " in caplog.text
        assert why in caplog.text


def test_a_start_that_can_be_read_at_last_is_a_correction(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Of clips that are in the record already, when the config names the zone."""
    caplog.set_level(logging.INFO)
    with Host(tmp_path) as host:
        host.drop(PHONE, clip_bytes(1))
        host.drop("2026-05-01/07-00-00.h264", clip_bytes(2))
        host.settle()
        before = starts(host)
    assert set(before.values()) == {("", "")}
    assert caplog.text.count("deployment.timezone") == 1
    with Host(tmp_path, timezone="Europe/Berlin") as host:
        after = starts(host)

    assert after == dict.fromkeys(before, (SEVEN, "name"))
    assert caplog.text.count(f"is now {SEVEN}, by name") == 2


def test_an_encounter_has_the_time_that_was_told(tmp_path: Path) -> None:
    """In every table, with the local hour."""
    with Host(tmp_path, timezone="Europe/Berlin") as host:
        host.drop(PHONE, clip_bytes(1))
        host.settle()
        encounter = host.tables()["encounters"].splitlines()[1]
        hour = host.tables()["hourly"].splitlines()[1]

    assert "2026-05-01T05:00:" in encounter
    assert "2026-05-01T07:00:" in encounter
    assert hour.startswith("creek,cam1,2026-05-01,7,")


@pytest.mark.parametrize("way", ["damaged", "large"])
@pytest.mark.parametrize("keep_done", [True, False])
def test_a_table_that_cannot_be_read_is_a_trouble(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, way: str, keep_done: bool
) -> None:
    """Nothing of it is used; its archive is kept, and the journal says why."""
    line = f"{PHONE},2026-05-01T08:00:00+02:00"
    text = table(line, *(["x," * 40] * 60_000 if way == "large" else []))
    data = zip_bytes({PHONE: clip_bytes(1), "times.csv": text})
    if way == "damaged":
        data = data.replace(b"T08:00", b"T09:00")
    with Host(tmp_path, keep_done=keep_done) as host:
        host.drop("a.zip", data)
        host.settle()

        assert [start for start, _ in starts(host).values()] == [""]
    why = "it is larger than" if way == "large" else "its bytes are not those"
    assert f"table of times of a.zip: times.csv: {why}" in caplog.text
    assert host.work.troubles == 1
    assert [path.name for path in host.folders.done.iterdir()] == ["a.zip"]
