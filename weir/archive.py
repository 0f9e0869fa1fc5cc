"""Archives as they are read: the only door through which zips of footage come in.

It reads what ``weir.archivewriter`` wrote, and zips that a person made by hand: with or
without sidecars, in sub-folders, deflated. No size in the zip's directory is believed;
bytes are counted while they are read. A hostile archive is refused as a whole. A
damaged member costs only itself.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Callable, Optional, TypeVar, Union

from weir import ContractError
from weir.clip import DroppedClip, encodable, sidecar_name
from weir.effort import LEDGER_NAME, EffortLine, parse_ledger
from weir.foreign import HEAD_BYTES
from weir.frametimes import HEADER_BYTES
from weir.hostile import (
    ArchiveError,
    HostileArchive,
    IncompleteArchive,
    Limits,
    NotAnArchive,
)
from weir.junk import is_junk
from weir.log import LOG_NAME, LogLine, parse_log
from weir.manifest import MANIFEST_NAME, Manifest, ManifestFile
from weir.member import (
    LARGEST_DOCUMENT,
    LARGEST_LEDGER,
    LARGEST_TIMES,
    MemberReader,
    match,
)
from weir.memberkinds import base, clips_among, times_of_clips
from weir.sidecar import Sidecar
from weir.unread import Unread, is_known, why_unread
from weir.zipopen import open_zip

__all__ = [
    "Archive",
    "ArchiveError",
    "DroppedClip",
    "HostileArchive",
    "IncompleteArchive",
    "Limits",
    "NotAnArchive",
]

NOT_AS_FILMED = "its bytes are not those that its sidecar names (sha256)"
"""The damage of a clip that was whole until it was copied."""

_Line = TypeVar("_Line")


class Archive:
    """A zip of footage that is open for reading.

    Args:
        source: the file, or its path.
        limits: how much memory and disk the archive may take.
        heartbeat: called again and again while a member is read.

    Raises:
        NotAnArchive, IncompleteArchive, HostileArchive: see their docstrings.
        OSError: the file cannot be read.
    """

    def __init__(
        self,
        source: Union[Path, BinaryIO],
        limits: Limits = Limits(),  # noqa: B008 - it is frozen
        heartbeat: Callable[[], None] = lambda: None,
    ) -> None:
        self._file = source.open("rb") if isinstance(source, Path) else source
        try:
            self._zip, turn = open_zip(self._file, limits)
        except BaseException:
            self._file.close()
            raise
        self._reader = MemberReader(self._zip, limits, heartbeat, turn)
        self._members = [m for m in self._zip.infolist() if not m.is_dir()]
        self._wanted = [m for m in self._members if not is_junk(m.filename)]
        self._clips, self._byproducts = clips_among([m.filename for m in self._wanted])

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        exc_type: Optional[type[BaseException]],
        exc: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._zip.close()
        self._file.close()

    @property
    def clip_names(self) -> tuple[str, ...]:
        """The base names of the clips, in the archive's order."""
        return tuple(map(base, self._clips))

    def members_named(self, name: str) -> tuple[str, ...]:
        """Return the paths of the clips with this base name, in the archive's order."""
        return tuple(m for m in self._clips if encodable(base(m)) == name)

    @property
    def byproducts(self) -> tuple[str, ...]:
        """The names of members that a recorder wrote beside its clips."""
        timed = set(self._timed.values())
        return tuple(name for name in self._byproducts if name not in timed)

    @cached_property
    def _timed(self) -> dict[str, str]:
        """The members with times of frames, by the clip that they are of."""
        names = [member.filename for member in self._wanted]

        def head(name: str) -> bytes:
            return self._reader.head(self._zip.getinfo(name), HEADER_BYTES)

        return times_of_clips(names, self._clips, head)

    def unread(self) -> tuple[Unread, ...]:
        """List the members that are neither read nor known as by-products or junk."""
        return tuple(
            Unread(
                encodable(member.filename),
                member.file_size,
                why_unread(member.filename, self._reader.head(member, HEAD_BYTES)),
            )
            for member in self._members
            if not is_known(member.filename)
        )

    def verify(self) -> Iterator[DroppedClip]:
        """Read every member once, and check it against sums, manifest and sidecar.

        Yields:
            Each clip, in the archive's order.

        Raises:
            HostileArchive: it unpacks to more than the limits allow, or its manifest is
                wrong about what it holds.
        """
        self._reader.start_over()
        listed = self._manifest()
        clips = set(self._clips)
        for member in self._members:
            name = member.filename
            if name in clips:
                yield self._verify(member, listed)
                continue
            read = self._reader.read(member)
            if listed is not None and name in listed:
                match(member, read, listed)

    def sidecar(self, clip: DroppedClip) -> tuple[Optional[Sidecar], str]:
        """Read the sidecar of a clip.

        Returns:
            The sidecar, and "". Where it cannot be read, None and why; where the
            archive has none, None and "".
        """
        try:
            member = self._zip.getinfo(sidecar_name(clip.source))
        except KeyError:
            return None, ""
        read = self._reader.read(member, keep=True)
        if read.damage:
            return None, f"{member.filename}: {read.damage}"
        try:
            return Sidecar.from_json(read.data, member.filename), ""
        except ContractError as exc:
            return None, str(exc)

    def frame_times(self, clip: DroppedClip) -> Optional[tuple[bytes, str]]:
        """Read the times of a clip's frames, which a recorder wrote beside it.

        Returns:
            What can be read of them, and how it is damaged; None if there are none.
        """
        if clip.source not in self._timed:
            return None
        member = self._zip.getinfo(self._timed[clip.source])
        read = self._reader.read(member, keep=True, largest=LARGEST_TIMES)
        return read.data, read.damage

    def ledger(self) -> tuple[tuple[EffortLine, ...], tuple[str, ...]]:
        """Read the effort lines of every ledger in the archive.

        Returns:
            The lines that can be read, and what is wrong with the others.
        """
        return self._lines(LEDGER_NAME, LARGEST_LEDGER, parse_ledger)

    def log(self) -> tuple[tuple[LogLine, ...], tuple[str, ...]]:
        """Read the lines of every log in the archive.

        Returns:
            The lines that can be read, and what is wrong with the others.
        """
        return self._lines(LOG_NAME, LARGEST_DOCUMENT, parse_log)

    def documents(self, name: str) -> tuple[tuple[str, bytes, str], ...]:
        """Read every document of a name in the archive, up to a size for all together.

        Returns:
            The path and the bytes of each, and how it is damaged.
        """
        found, left = [], LARGEST_DOCUMENT
        for member in (m for m in self._wanted if base(m.filename) == name):
            read = self._reader.read(member, keep=True, largest=left)
            left -= len(read.data)
            found.append((member.filename, read.data, read.damage))
        return tuple(found)

    def _lines(
        self,
        name: str,
        left: int,
        parse: Callable[[bytes, str], tuple[list[_Line], list[str]]],
    ) -> tuple[tuple[_Line, ...], tuple[str, ...]]:
        """Read all members of a name; together they may have ``left`` bytes."""
        lines: list[_Line] = []
        problems: list[str] = []
        for member in self._wanted:
            if base(member.filename) == name:
                read = self._reader.read(member, keep=True, largest=left)
                left -= len(read.data)
                good, bad = parse(read.data, member.filename)
                lines += good
                problems += bad + ([read.damage] if read.damage else [])
        return tuple(lines), tuple(problems)

    def extract(self, clip: DroppedClip, target: Path) -> str:
        """Write a clip's bytes to a new file; of a damaged clip, what can be read.

        Returns:
            The sha256 of what was written.

        Raises:
            FileExistsError: there is something at ``target``.
        """
        self._reader.start_over()
        with target.open("xb") as file:
            member = self._zip.getinfo(clip.source)
            return self._reader.read(member, target=file).sha256

    def _manifest(self) -> Optional[dict[str, ManifestFile]]:
        members = [m for m in self._wanted if m.filename == MANIFEST_NAME]
        if not members:
            return None
        if members[0].file_size > LARGEST_DOCUMENT:
            raise HostileArchive("its manifest is larger than any that is packed")
        read = self._reader.read(members[0], keep=True)
        try:
            manifest = Manifest.from_json(read.data, MANIFEST_NAME)
        except ContractError as exc:
            if read.damage:
                return (
                    None  # it is damaged, not false; the members have CRCs of their own
                )
            raise HostileArchive(f"its manifest cannot be read: {exc}") from exc
        listed = {file.name: file for file in manifest.files}
        held = {m.filename for m in self._wanted} - {MANIFEST_NAME}
        for name in sorted(held ^ set(listed)):
            where = "not in its manifest" if name in held else "only in its manifest"
            raise HostileArchive(f"the member {name!r} is {where}")
        return listed

    def _verify(
        self, member: zipfile.ZipInfo, listed: Optional[dict[str, ManifestFile]]
    ) -> DroppedClip:
        read = self._reader.read(member)
        damage = read.damage
        if listed is not None:
            damage = match(member, read, listed)
        name = member.filename
        shown = encodable(base(name))
        clip = DroppedClip(shown, name, read.sha256, read.bytes, damage)
        sidecar, _ = self.sidecar(clip)
        if sidecar and not damage and sidecar.sha256 != read.sha256:
            return replace(clip, damage=NOT_AS_FILMED)
        return clip
