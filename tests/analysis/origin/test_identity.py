"""Whose a clip is, as the tables say it."""

from __future__ import annotations

import unicodedata
from pathlib import Path

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
