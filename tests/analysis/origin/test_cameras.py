"""The camera is the folder's that a person named for it."""

from __future__ import annotations

import unicodedata
from pathlib import PurePath

import pytest

from analysis.origin.cameras import camera_in_inbox, cameras_in_archive


@pytest.mark.parametrize(
    ("path", "camera"),
    [
        ("a.mp4", ""),
        ("cam2/a.mp4", "cam2"),
        ("2026-05-01/07-00-00.mp4", ""),
        ("2026/05/01/a.zip", ""),
        ("DCIM/100GOPRO/GX010123.MP4", ""),
        ("upper/DCIM/100GOPRO/GX010123.MP4", "upper"),
        ("2026-05-01/cam2/a.mp4", "cam2"),
    ],
)
def test_a_folder_of_the_inbox_names_a_camera(path: str, camera: str) -> None:
    """The first that is neither a date nor a card's own."""
    assert camera_in_inbox(PurePath(path)) == camera


@pytest.mark.parametrize(
    ("paths", "cameras"),
    [
        (["recordings/a.mp4", "recordings/b.mp4"], ["", ""]),
        (["cam1/a.mp4", "cam2/b.mp4"], ["cam1", "cam2"]),
        (["all/cam1/a.mp4", "all/cam2/DCIM/100GOPRO/b.mp4"], ["cam1", "cam2"]),
        (["2026-05-01/a.mp4", "2026-05-02/b.mp4"], ["", ""]),
        (["DCIM/100GOPRO/a.mp4", "DCIM/101GOPRO/b.mp4"], ["", ""]),
        (["2026-05-01/cam1/a.mp4", "2026-05-02/cam2/b.mp4"], ["cam1", "cam2"]),
        (["2026-05-01/cam1/a.mp4", "2026-05-02/cam1/b.mp4"], ["", ""]),
        (["cam1/am/a.mp4", "cam1/pm/b.mp4", "cam2/c.mp4"], ["cam1", "cam1", "cam2"]),
        (["a.mp4", "cam1/b.mp4", "cam2/c.mp4"], ["", "cam1", "cam2"]),
        (["cam1\\a.mp4", "cam2\\b.mp4"], ["cam1", "cam2"]),
    ],
)
def test_folders_of_an_archive_name_cameras_side_by_side(
    paths: list[str], cameras: list[str]
) -> None:
    """One alone was named for the archive, as ``zip -r recordings.zip recordings``."""
    assert cameras_in_archive(paths) == dict(zip(paths, cameras))


def test_two_ways_to_write_an_accent_are_one_camera() -> None:
    """A Mac writes it behind its letter."""
    other = unicodedata.normalize("NFD", "Wörth")
    paths = [f"{other}/a.mp4", "Wörth/b.mp4", "cam2/c.mp4"]

    assert list(cameras_in_archive(paths).values()) == ["Wörth", "Wörth", "cam2"]
    assert camera_in_inbox(PurePath(other, "a.mp4")) == "Wörth"
