"""Opens a delivery of any kind: a zip, a video or a document."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Optional

from analysis import DecodeError
from analysis.frames.footageformat import RAW_JPEG, format_of
from analysis.intake.contents.contents import Contents, PaperContents
from analysis.intake.contents.videocontents import VideoContents
from analysis.intake.contents.zipcontents import ZipContents
from analysis.intake.inbox import ZIP_SUFFIX, is_ledger, is_sidecar
from analysis.values.heartbeat import Heartbeat
from weir import plain
from weir.byproduct import clip_beside
from weir.clip import TIMES_NAME, encodable, is_video
from weir.effort import parse_ledger
from weir.foreign import CONVERT, HEAD_BYTES, name_archive, name_video
from weir.log import LOG_NAME, parse_log
from weir.manifest import MANIFEST_NAME
from weir.member import LARGEST_DOCUMENT, LARGEST_LEDGER
from weir.sidecar import Sidecar
from weir.unread import in_words

_NO_VIDEO = "there is no video in it; see what it holds, and drop a zip of the footage"


def open_contents(
    path: Path,
    heartbeat: Heartbeat,
    sha256: str = "",
    beside: Iterable[str] = (),
    card: Iterable[str] = (),
) -> Contents:
    """Open a delivery, and read all of it once.

    Args:
        path: the service's own copy of it.
        heartbeat: called during long operations.
        sha256: the sum of its bytes, if it is known already.
        beside: the names of the files that lay beside it.
        card: of a file in a memory card's own folders, the names of all files there.

    Returns:
        Its clips and documents.

    Raises:
        ArchiveError, DecodeError, ContractError: it cannot be worked; the text says
            why.
        OSError: it cannot be read.
    """
    if document := _document(path):
        return document
    if clip_beside(path.name, beside):
        return PaperContents(byproduct=encodable(path.name))
    if is_video(path.name) or _is_footage(path):
        return VideoContents(path, heartbeat, sha256)
    if path.suffix.lower() != ZIP_SUFFIX:
        if any(map(is_video, card)):
            return PaperContents(byproduct=encodable(path.name))
        raise DecodeError(_why_not(path))
    opened = ZipContents(path, heartbeat)
    if not opened.clips and not opened.effort:
        opened.close()
        unread = in_words(opened.unread)
        raise DecodeError("; ".join(filter(None, (_NO_VIDEO, unread))))
    return opened


def _document(path: Path) -> Optional[PaperContents]:
    """Read one of Weir's own documents; None for any other file."""
    if is_ledger(path):
        return _ledger(path)
    if path.name == LOG_NAME:
        return _log(path)
    if path.name == TIMES_NAME:
        return PaperContents(times=((path.name, _small(path), ""),))
    if is_sidecar(path):
        return PaperContents(late=Sidecar.read(path))
    if path.name == MANIFEST_NAME:
        return PaperContents()  # of an archive that somebody unpacked
    return None


def _why_not(path: Path) -> str:
    """Say why a file that is named as no footage is not read, and what to do."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    kind = name_archive(path.name, head)
    if not kind and head.startswith(b"PK\x03\x04"):
        kind = "it is a zip, or a document in that form: if it holds footage, name it"
        kind += " .zip, and drop it again"
    otherwise = "it is neither footage (.h264, .mp4, ...) nor a .zip of it"
    otherwise += f"; if it is footage in another form, {CONVERT}"
    return kind or name_video(head) or otherwise


def _is_footage(path: Path) -> bool:
    """Whether a file is footage by its first bytes, though not by its name.

    A photograph begins as Motion JPEG does; it is footage by its name only.
    """
    return format_of(path) not in (None, RAW_JPEG)


def _small(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(LARGEST_DOCUMENT + 1)
    if len(data) > LARGEST_DOCUMENT:
        raise DecodeError(
            f"it is larger than {LARGEST_DOCUMENT} bytes: drop it in several parts"
        )
    return data


def _log(path: Path) -> PaperContents:
    lines, problems = parse_log(plain.read_newest(path), path.name)
    return PaperContents(log=tuple(lines), problems=tuple(problems))


def _ledger(path: Path) -> PaperContents:
    with path.open("rb") as file:
        data = file.read(LARGEST_LEDGER)
        more = bool(file.read(1))
    lines, problems = parse_ledger(data, path.name)
    if more:
        problems.append(f"{path.name}: what follows {len(data)} bytes was not read")
    return PaperContents(effort=tuple(lines), problems=tuple(problems))
