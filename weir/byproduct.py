"""By-products: the files that recorders write beside their clips.

Weir reads nothing from most of them, and none is footage. A small copy shows the same
as its clip with fewer pixels, for a telephone to play: GoPro's ``GL010001.LRV`` is one
of ``GX010001.MP4``, DJI's ``DJI_0001.LRF`` one of ``DJI_0001.MP4``. It would count
every fish twice, so it is footage only where its clip is not there.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

_BYPRODUCT_SUFFIXES = frozenset(
    {
        *(".thm", ".jpg", ".jpeg", ".png", ".gpr", ".dng"),  # pictures
        *(".wav", ".aac", ".mp3", ".m4a"),  # sound in a file of its own
        *(".pts", ".txt", ".log", ".csv", ".json", ".xml", ".yaml", ".yml", ".html"),
        *(".srt", ".vtt", ".ass", ".gpx", ".kml", ".nmea", ".fit"),
        *(".moi", ".bim", ".cpi", ".mpl", ".bdm", ".ifo", ".bup", ".idx"),  # camcorders
        *(".md5", ".sha1", ".sha256", ".sfv", ".pdf"),
    }
)
_SMALL_SUFFIXES = frozenset({".lrv", ".lrf"})
_GOPRO_SMALL, _GOPRO_LARGE = "gl", ("gx", "gh", "gp", "go")
_INSTA_SMALL, _INSTA_LARGE = "lrv_", ("vid_", "pro_vid_")


def is_byproduct(name: str) -> bool:
    """Whether a file's name ends as the name of a by-product does."""
    return _suffix(name) in _BYPRODUCT_SUFFIXES


def is_small_copy(name: str) -> bool:
    """Whether a file's name ends as the name of a small copy does."""
    return _suffix(name) in _SMALL_SUFFIXES


def clip_of_small(name: str, others: Iterable[str]) -> str:
    """Find the clip of a small copy.

    Args:
        name: the small copy's base name.
        others: the base names of the videos beside it.

    Returns:
        The clip's base name; empty if it is not there.
    """
    stems = _stems_of_clip(PurePosixPath(name).stem.lower())
    for other in sorted(others):
        path = PurePosixPath(other)
        if path.stem.lower() in stems and not is_small_copy(other):
            return other
    return ""


def _stems_of_clip(small: str) -> tuple[str, ...]:
    """List the stems that the clip of a small copy may have, in small letters."""
    if small.startswith(_GOPRO_SMALL):
        return small, *(large + small[2:] for large in _GOPRO_LARGE)
    if small.startswith(_INSTA_SMALL):
        # Its lens is numbered 01 or 11, and its clip has a file for each lens.
        rest = small.removeprefix(_INSTA_SMALL)
        date, _, number = rest.rpartition("_")
        moment, _, _lens = date.rpartition("_")
        return small, *(
            f"{large}{moment}_{lens}_{number}"
            for large in _INSTA_LARGE
            for lens in ("00", "10", "01", "11")
        )
    return (small,)


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()
