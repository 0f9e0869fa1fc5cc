"""The archive of footage: the only door through which zips are written and read.

Written: members stored, because H.264 does not deflate, with a manifest as the last
member. Read: anything that a person may have zipped by hand, with or without sidecars,
in sub-folders, deflated; nothing is believed that was not counted while reading. A
hostile archive is refused whole, a damaged member spoils itself only.
"""

from __future__ import annotations

import copy
import hashlib
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import BinaryIO, Optional

from weir import ContractError, __version__
from weir.clip import is_video, sidecar_name
from weir.effort import LEDGER_NAME, EffortLine, parse_ledger
from weir.hostile import (
    ArchiveError,
    HostileArchive,
    IncompleteArchive,
    Limits,
    NotAnArchive,
    check_end,
    check_members,
)
from weir.manifest import MANIFEST_NAME, Manifest, ManifestFile
from weir.sidecar import Sidecar

__all__ = [
    "Archive",
    "ArchiveError",
    "ArchivedClip",
    "HostileArchive",
    "IncompleteArchive",
    "Limits",
    "NotAnArchive",
    "is_junk",
    "write_archive",
]

_CHUNK = 1 << 18
_LARGEST_DOCUMENT = 16 << 20
_JUNK_NAMES = frozenset({"__macosx", "thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class ArchivedClip:
    """A clip that an archive holds, as its bytes were when they were verified.

    Attributes:
        name: base name.
        member: its whole name in the archive.
        sha256, bytes: of what could be read.
        damage: why these are not the bytes that were packed; empty when they are.
        sidecar: what came with it; None without one that can be read.
        sidecar_problem: why there is none though there should be.
    """

    name: str
    member: str
    sha256: str
    bytes: int
    damage: str
    sidecar: Optional[Sidecar]
    sidecar_problem: str


@dataclass(frozen=True)
class _Read:
    data: bytes
    sha256: str
    bytes: int
    damage: str


class Archive:
    """A zip of footage that is open for reading.

    Args:
        path: the file.
        limits: how much it may ask for.

    Raises:
        NotAnArchive, IncompleteArchive, HostileArchive: see there.
        OSError: the file cannot be read.
    """

    def __init__(self, path: Path, limits: Limits = Limits()) -> None:  # noqa: B008
        self._limits = limits
        self._budget = limits.total_bytes
        self._file = path.open("rb")
        try:
            check_end(self._file, limits)
            self._zip = zipfile.ZipFile(self._file)
            members = self._zip.infolist()
            check_members(members)
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as exc:
            self._file.close()
            raise IncompleteArchive(f"its directory cannot be read ({exc})") from exc
        except BaseException:
            self._file.close()
            raise
        self._members = [
            m for m in members if not m.is_dir() and not is_junk(m.filename)
        ]

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        exc: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self._zip.close()
        self._file.close()

    @property
    def clip_names(self) -> tuple[str, ...]:
        """The base names of the clips, in the archive's order."""
        return tuple(_base(m.filename) for m in self._members if is_video(m.filename))

    def verify(self) -> Iterator[ArchivedClip]:
        """Read every clip once, counting, hashing and checking; nothing is written.

        Raises:
            HostileArchive: it unpacks to more than the limits allow, or what it holds
                is not what its manifest says.
        """
        self._budget = self._limits.total_bytes
        listed = self._manifest()
        for member in self._members:
            if is_video(member.filename):
                yield self._verify(member, listed)
            elif listed is not None and member.filename in listed:
                _match(member, self._read(member, keep=False), listed)

    def ledger(self) -> tuple[tuple[EffortLine, ...], tuple[str, ...]]:
        """The effort lines of every ledger in it, and what is wrong with others."""
        lines: list[EffortLine] = []
        problems: list[str] = []
        for member in self._members:
            if _base(member.filename) == LEDGER_NAME:
                read = self._read(member, keep=True)
                good, bad = parse_ledger(read.data, member.filename)
                lines += good
                problems += bad + ([read.damage] if read.damage else [])
        return tuple(lines), tuple(problems)

    def extract(self, clip: ArchivedClip, target: Path) -> str:
        """Write a clip's bytes to a new file; the sha256 of what was written.

        What can be read of a damaged member is written.

        Raises:
            FileExistsError: there is something at ``target``.
        """
        with target.open("xb") as file:
            return self._read(self._zip.getinfo(clip.member), target=file).sha256

    def _manifest(self) -> Optional[dict[str, ManifestFile]]:
        members = [m for m in self._members if m.filename == MANIFEST_NAME]
        if not members:
            return None
        read = self._read(members[0], keep=True)
        try:
            manifest = Manifest.from_json(read.data, MANIFEST_NAME)
        except ContractError as exc:
            if read.damage:
                return None  # damaged, not false: the members' own sums still stand
            raise HostileArchive(f"its manifest cannot be read: {exc}") from exc
        listed = {file.name: file for file in manifest.files}
        held = {m.filename for m in self._members} - {MANIFEST_NAME}
        for name in sorted(held ^ set(listed)):
            where = "not in its manifest" if name in held else "only in its manifest"
            raise HostileArchive(f"the member {name!r} is {where}")
        return listed

    def _verify(
        self, member: zipfile.ZipInfo, listed: Optional[dict[str, ManifestFile]]
    ) -> ArchivedClip:
        read = self._read(member)
        damage = read.damage
        if listed is not None:
            damage = _match(member, read, listed)
        sidecar, problem = self._sidecar(member)
        if sidecar and not damage and sidecar.sha256 != read.sha256:
            damage = "its bytes are not those that its sidecar names (sha256)"
        return ArchivedClip(
            name=_base(member.filename),
            member=member.filename,
            sha256=read.sha256,
            bytes=read.bytes,
            damage=damage,
            sidecar=sidecar,
            sidecar_problem=problem,
        )

    def _sidecar(self, clip: zipfile.ZipInfo) -> tuple[Optional[Sidecar], str]:
        try:
            member = self._zip.getinfo(sidecar_name(clip.filename))
        except KeyError:
            return None, ""
        read = self._read(member, keep=True)
        if read.damage:
            return None, f"{member.filename}: {read.damage}"
        try:
            return Sidecar.from_json(read.data, member.filename), ""
        except ContractError as exc:
            return None, str(exc)

    def _read(
        self,
        member: zipfile.ZipInfo,
        *,
        keep: bool = False,
        target: Optional[BinaryIO] = None,
    ) -> _Read:
        """Read a member to its end or to where it breaks, under the limits."""
        digest, crc, size, damage = hashlib.sha256(), 0, 0, ""
        kept: list[bytes] = []
        stream = self._chunks(member)
        try:
            for chunk in stream:
                size += len(chunk)
                self._charge(member, size, len(chunk))
                digest.update(chunk)
                crc = zlib.crc32(chunk, crc)
                if keep and size <= _LARGEST_DOCUMENT:
                    kept.append(chunk)
                if target:
                    target.write(chunk)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as exc:
            damage = f"it cannot be read to its end ({exc})"
        if not damage and (crc != member.CRC or size != member.file_size):
            damage = "its bytes are not those that were zipped (CRC)"
        return _Read(b"".join(kept), digest.hexdigest(), size, damage)

    def _chunks(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        # zipfile raises on a wrong CRC instead of giving the last bytes; without the
        # attribute it does not look, and ``_read`` does.
        unchecked = copy.copy(member)
        del unchecked.CRC
        with self._zip.open(unchecked) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk

    def _charge(self, member: zipfile.ZipInfo, size: int, chunk: int) -> None:
        self._budget -= chunk
        allowed = self._limits.expansion * max(1, member.compress_size)
        if size > self._limits.expansion_from and size > allowed:
            raise HostileArchive(
                f"the member {member.filename!r} unpacks to more than "
                f"{self._limits.expansion} times its size"
            )
        if self._budget < 0:
            raise HostileArchive(
                f"it unpacks to more than {self._limits.total_bytes} bytes"
            )


def is_junk(name: str) -> bool:
    """Whether a name is that of what file managers leave behind, or hidden."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(p.startswith(".") or p.lower() in _JUNK_NAMES for p in parts)


def write_archive(
    target: BinaryIO,
    files: Sequence[tuple[str, Path]],
    *,
    deployment: str,
    camera: str,
    created: datetime,
) -> Manifest:
    """Write files and their manifest as a zip, streaming; ``target`` may be a pipe.

    Args:
        target: where the bytes go.
        files: name in the archive, and the file.
        deployment, camera, created: for the manifest.

    Returns:
        The manifest, with the sums of exactly the bytes that were written.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        listed = tuple(_add(archive, name, path) for name, path in files)
        manifest = Manifest(deployment, camera, created, f"weir {__version__}", listed)
        stamp = created.timetuple()[:6]
        archive.writestr(zipfile.ZipInfo(MANIFEST_NAME, stamp), manifest.to_json())
    return manifest


def archive_size(files: Iterable[tuple[str, int]]) -> int:
    """No less than the bytes of the archive that would hold files of these sizes."""
    # Headers, directory entry, descriptor and manifest line of each, generously.
    return 1024 + sum(size + 512 + 3 * len(name.encode()) for name, size in files)


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> ManifestFile:
    info = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(info, "w", force_zip64=False) as sink:
        # No more than was there at the start: a ledger may grow meanwhile.
        while size < info.file_size:
            chunk = source.read(min(_CHUNK, info.file_size - size))
            if not chunk:
                raise OSError(f"{path}: ended after {size} of {info.file_size} bytes")
            digest.update(chunk)
            size += len(chunk)
            sink.write(chunk)
    return ManifestFile(name, size, digest.hexdigest())


def _match(
    member: zipfile.ZipInfo, read: _Read, listed: dict[str, ManifestFile]
) -> str:
    """Compare with the manifest: damage is said, a lie is raised."""
    expected = listed[member.filename]
    if (read.sha256, read.bytes) == (expected.sha256, expected.bytes):
        return ""
    if read.damage:
        return read.damage
    raise HostileArchive(
        f"the member {member.filename!r} is not what its manifest says"
    )


def _base(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name
