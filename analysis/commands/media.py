"""The footage beside an export: each clip as an MP4 that browsers open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis import DecodeError
from analysis.exports.names import file_names
from analysis.frames.files.remux import remux
from analysis.intake.delivery import Delivery
from analysis.intake.folders import Folders
from analysis.intake.kept import KeptFootage
from analysis.record.clip import Clip
from analysis.record.file.reader import reading
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.results import Results
from analysis.record.runs.wanted import archives, known_clips
from weir.archive import DroppedClip

MEDIA = "media"
_SCRATCH = ".footage"


@dataclass(frozen=True)
class Media:
    """What became of the footage.

    Attributes:
        paths: the path below the output of each clip that was written, by its sha256.
        faults: a sentence for each clip that was not.
    """

    paths: dict[str, str]
    faults: tuple[str, ...]


def write_media(results: Results, folders: Folders, output: Path) -> Media:
    """Write the footage of the clips that are shown as MP4, from what is in done/.

    A salvaged clip is copied with its damage: it plays as far as the player can. A clip
    that failed is not, for no picture of it could be decoded.

    Raises:
        OSError: the disk is full, or the output cannot be written to.
    """
    wanted = {clip.sha256: clip for clip in results.clips if clip.is_usable}
    faults = [
        f"{clip.clip}: failed, not copied"
        for clip in results.clips
        if not clip.is_usable
    ]
    names = file_names(results.clips)
    with reading(folders.results / FILE_NAME) as db:
        deliveries = tuple(archives(db))
        known = [clip for clip in known_clips(db) if clip.sha256 in wanted]
    kept = KeptFootage(folders, deliveries, known, _never)
    (output / MEDIA).mkdir()
    scratch = output / _SCRATCH
    scratch.mkdir()
    paths: dict[str, str] = {}
    for delivery in kept.deliveries():
        for dropped, clip in _clips(delivery, wanted):
            path = f"{MEDIA}/{Path(names[clip.sha256]).stem}.mp4"
            if path in paths.values():
                path = f"{MEDIA}/{names[clip.sha256]}.mp4"
            try:
                footage = delivery.contents.fetch(dropped, scratch)
                remux(footage, output / path, clip.seconds_to)
                footage.unlink()
            except DecodeError as exc:
                faults.append(f"{clip.clip}: not copied: {exc}")
            else:
                paths[clip.sha256] = path
        delivery.contents.close()
    for left in scratch.iterdir():
        left.unlink()
    scratch.rmdir()
    gone = (
        f"{clip.clip}: not copied: it is not in done/" for clip in kept.missing.values()
    )
    return Media(paths, (*faults, *gone))


def _clips(
    delivery: Delivery, wanted: dict[str, Clip]
) -> Iterator[tuple[DroppedClip, Clip]]:
    for dropped in delivery.pending:
        yield dropped, wanted[dropped.sha256]


def _never() -> None:
    """Be called while much is read; nobody waits for a sign of life."""
