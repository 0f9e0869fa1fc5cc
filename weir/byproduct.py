"""By-products: the files that recorders write beside their clips.

Weir reads nothing from them but the times of a raw clip's frames, and none is footage.

A small copy shows the same as its clip with fewer pixels, for a telephone to play:
GoPro's ``GL010001.LRV`` is one of ``GX010001.MP4``, DJI's ``DJI_0001.LRF`` one of
``DJI_0001.MP4``, and Sony's ``SUB/C0001S03.MP4`` one of ``CLIP/C0001.MP4``. It would
count every fish twice, so it is footage where its clip is not there, and only there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from weir.clip import TIMES_NAME, is_video

_TRACKS = frozenset(
    {
        *(".thm", ".pts", ".txt", ".log", ".csv", ".json", ".xml", ".html", ".yaml"),
        *(".timecodes", ".timestamps"),
        *(".srt", ".vtt", ".ass", ".gpx", ".kml", ".nmea", ".fit", ".wav", ".aac"),
        *(".moi", ".bim", ".cpi", ".mpl", ".bdm", ".ifo", ".bup"),  # camcorders
        *(".gps", ".3gf", ".thumb", ".url"),
        *(".md5", ".sha1", ".sha256", ".sfv"),
    }
)
_OF_RECORDERS = frozenset(
    {
        *(".thm", ".pts", ".timecodes", ".timestamps", ".srt", ".gpx", ".nmea"),
        *(".moi", ".bim", ".cpi", ".mpl", ".bdm", ".ifo", ".bup"),
    }
)
"""Nothing but a recorder writes these."""

_PICTURES = frozenset({".jpg", ".jpeg", ".png"})
_SMALL_COPIES = frozenset({".lrv", ".lrf"})
_SONY_SMALL = re.compile(r"(c\d{4})s\d\d")
_GOPRO_SMALL, _GOPRO_LARGE = "gl", ("gx", "gh", "gp", "go")
_INSTA_SMALL, _INSTA_LARGE = "lrv_", ("vid_", "pro_vid_")


def is_small_copy(name: str) -> bool:
    """Whether a file's name is that of a small copy."""
    return _suffix(name) in _SMALL_COPIES or _is_sonys(name)


def _is_sonys(name: str) -> bool:
    stem = PurePosixPath(name.replace("\\", "/")).stem.lower()
    return _suffix(name) == ".mp4" and bool(_SONY_SMALL.fullmatch(stem))


def may_be_byproduct(name: str) -> bool:
    """Whether a file's name ends as the name of a by-product may."""
    if PurePosixPath(name).name == TIMES_NAME:
        return False
    return _suffix(name) in _TRACKS | _PICTURES or is_small_copy(name)


def is_of_recorder(name: str) -> bool:
    """Whether a file was written beside a clip, by its name, wherever it lies now."""
    return _suffix(name) in _OF_RECORDERS


def clip_beside(name: str, others: Iterable[str]) -> str:
    """Find the clip that a by-product was written beside.

    A track can be about all clips of its folder. A picture or a small copy is about one
    clip, of the same name or the one that its maker gives such a clip.

    Args:
        name: the by-product's base name.
        others: the base names of the files beside it.

    Returns:
        The clip's base name; empty if it is not there, or this is no by-product.
    """
    if not may_be_byproduct(name):
        return ""
    any_clip = _suffix(name) in _TRACKS
    stem = PurePosixPath(name).stem.lower()
    stems = _stems_of_clip(stem)
    return next(
        (
            other
            for other in others
            if is_video(other)
            and other != name
            and (
                any_clip
                or PurePosixPath(other).stem.lower() in stems
                or stem.startswith(other.lower() + ".")
            )
        ),
        "",
    )


def _stems_of_clip(small: str) -> tuple[str, ...]:
    """List the stems that the clip of a small copy may have, in small letters."""
    if sonys := _SONY_SMALL.fullmatch(small):
        return (sonys[1],)
    if small.startswith(_GOPRO_SMALL):
        return small, *(large + small[2:] for large in _GOPRO_LARGE)
    if small.startswith(_INSTA_SMALL):
        # The copy may be numbered as another lens; its clip has a file for each lens.
        moment, _, number = small.removeprefix(_INSTA_SMALL).rpartition("_")
        moment = moment.rpartition("_")[0]
        return small, *(
            f"{large}{moment}_{lens}_{number}"
            for large in _INSTA_LARGE
            for lens in ("00", "10", "01", "11")
        )
    return (small,)


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()
