"""Whose a clip is, as the tables say it."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import av
import pytest

from tests import video
from tests.analysis.small_host import Host
from tests.footage import clip_bytes, sidecar_of, zip_bytes


def said(host: Host, *columns: str) -> list[tuple[str, ...]]:
    """Columns of clips.csv, in the order of cameras."""
    return [tuple(clip[column] for column in columns) for clip in host.clips()]


def test_folders_of_dates_and_cards_are_the_configs_camera(tmp_path: Path) -> None:
    """And a folder of a date says when a clip was filmed that does not."""
    with Host(tmp_path) as host:
        host.drop("2026-05-01/07-00-00.h264", clip_bytes(1))
        host.drop("2026/05/02/a.h264", clip_bytes(2))
        host.drop("DCIM/100GOPRO/GX010123.h264", clip_bytes(3))
        host.settle()

    assert said(host, "camera", "camera_from", "date") == [
        ("cam1", "config", ""),
        ("cam1", "config", "2026-05-01"),
        ("cam1", "config", "2026-05-02"),
    ]


def test_folders_of_an_archive_are_cameras_side_by_side(tmp_path: Path) -> None:
    """One folder around all is none; in a folder of the inbox, that one names it."""
    with Host(tmp_path) as host:
        pairs = {"r/up/a.h264": clip_bytes(1), "r/down/b.h264": clip_bytes(2)}
        host.drop("two.zip", zip_bytes(pairs))
        host.drop("one.zip", zip_bytes({"r/c.h264": clip_bytes(3)}))
        host.drop("pond/one.zip", zip_bytes({"r/d.h264": clip_bytes(4)}))
        host.settle()

    assert said(host, "camera", "camera_from", "clip") == [
        ("cam1", "config", "c.h264"),
        ("down", "folder", "b.h264"),
        ("pond", "folder", "d.h264"),
        ("up", "folder", "a.h264"),
    ]


def test_a_known_clip_keeps_its_camera(tmp_path: Path) -> None:
    """Also when it comes again in another folder."""
    with Host(tmp_path) as host:
        host.drop("cam2/a.h264", clip_bytes(1))
        host.settle()
        host.drop("cam3/a.h264", clip_bytes(1))
        host.settle()

    assert said(host, "camera") == [("cam2",)]


def test_names_in_sidecars_are_written_in_one_way(tmp_path: Path) -> None:
    """Else a camera would be two, by the accent that its folder has."""
    data, name = clip_bytes(1), "clip00001_2026-05-01_07-00-00.h264"
    beside = sidecar_of(data, name, camera=unicodedata.normalize("NFD", "Wörth"))
    with Host(tmp_path) as host:
        pair = {name: data, name + ".json": beside.to_json().encode()}
        host.drop("a.zip", zip_bytes(pair))
        host.drop(unicodedata.normalize("NFD", "Wörth") + "/b.h264", clip_bytes(2))
        host.settle()

    assert said(host, "camera", "camera_from") == [
        ("Wörth", "folder"),
        ("Wörth", "sidecar"),
    ]


@pytest.mark.parametrize("name", ["GX010123.MP4", "film.mkv"])
def test_a_containers_time_is_read_as_the_config_says(
    tmp_path: Path, name: str
) -> None:
    """Cameras write UTC or local time, so without the config it says nothing."""
    film = made_at(tmp_path / name, "2026-05-01T07:00:00Z").read_bytes()
    found = {}
    for start_from in ("name", "container-utc", "container-local"):
        folder = tmp_path / start_from
        with Host(folder, timezone="Europe/Berlin", start_from=start_from) as host:
            host.drop(name, film)
            host.settle()
        found[start_from] = said(host, "start", "start_from")[0]

    assert found == {
        "name": ("", ""),
        "container-utc": ("2026-05-01T07:00:00Z", "container"),
        "container-local": ("2026-05-01T05:00:00Z", "container"),
    }


def test_what_a_container_said_is_kept_for_a_later_config(tmp_path: Path) -> None:
    """Its clip need not be decoded again."""
    film = made_at(tmp_path / "a.mp4", "2026-05-01T07:00:00Z").read_bytes()
    with Host(tmp_path) as host:
        host.drop("a.mp4", film)
        host.settle()
    with Host(tmp_path, start_from="container-utc") as host:
        assert said(host, "start") == [("2026-05-01T07:00:00Z",)]


def made_at(path: Path, moment: str) -> Path:
    """A film whose container says when it was made."""
    with av.open(str(path), "w") as container:
        container.metadata["creation_time"] = moment
        stream = container.add_stream("libx264", rate=5)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for bgr in video.squares(4):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(bgr, "bgr24")))
        container.mux(stream.encode(None))
    return path
