"""``export --with-media``: the footage beside the tables, as far as it goes."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from analysis.commands.media import Media, write_media
from analysis.intake.folders import Folders
from analysis.record.file.reader import reading
from analysis.record.results import Results
from tests.analysis.small_host import Host
from tests.footage import clip_bytes
from tests.weir.archives import zipped

NAME = "clip1_2026-05-01.h264"


def written(folders: Folders, output: Path) -> Media:
    """What the footage of a host's clips is written as."""
    output.mkdir()
    with reading(folders.results / "weir.sqlite") as db:
        return write_media(Results(db), folders, output)


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """A clip in a zip, one of the same name, one cut off, and one that is gone."""
    host = Host(tmp_path / "site")
    whole = clip_bytes(1)
    with host:
        host.drop("a.zip", zipped((NAME, whole), ("sub/" + NAME, clip_bytes(2))))
        host.drop("clip2_2026-05-01.h264", clip_bytes(3)[:-200])
        host.drop("clip3_2026-05-01.h264", clip_bytes(4))
        host.settle()
    (host.folders.done / "clip3_2026-05-01.h264").unlink()
    return host


def test_clips_become_mp4(host: Host, tmp_path: Path) -> None:
    """Each under a name of its own, from zips and bare; nothing else is left."""
    media = written(host.folders, tmp_path / "out")
    files = sorted(p.name for p in (tmp_path / "out").rglob("*") if p.is_file())

    assert sorted(media.paths.values()) == [f"media/{name}" for name in files]
    assert [name[:6] for name in files] == ["clip1_", "clip1_", "clip2_"]
    with av.open(str(tmp_path / "out" / "media" / files[0])) as video:
        frames = [float(f.pts * f.time_base) for f in video.decode(video=0)]
    assert frames == list(map(float, range(12)))


def test_what_is_gone_is_told(host: Host, tmp_path: Path) -> None:
    """By name, and the export goes on."""
    media = written(host.folders, tmp_path / "out")

    assert media.faults == ("clip3_2026-05-01.h264: not copied: it is not in done/",)
