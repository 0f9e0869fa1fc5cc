"""A member of a zip is read to its end, or to where it is damaged.

The sizes in a zip's directory can lie, so bytes are counted while they are read. A
member that unpacks to more than the limits allow is hostile.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Callable, Optional

from weir.hostile import HostileArchive, Limits
from weir.manifest import ManifestFile

_CHUNK = 1 << 18
LARGEST_DOCUMENT = 4 << 20
"""The most bytes that are read of a manifest or sidecar. Parsed JSON takes up to thirty
times its size in memory."""

LARGEST_LEDGER = 16 << 20
LARGEST_TIMES = 16 << 20
"""The most bytes that are read of all ledgers of an archive together, line by line."""

BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""Everything that ``zipfile`` was seen to raise for damaged zips."""


@dataclass(frozen=True)
class MemberRead:
    """What could be read of a member.

    Attributes:
        data: its bytes, if the caller asked to keep them.
        sha256, bytes: sum and number of the bytes that could be read.
        damage: how these bytes differ from what was zipped; empty if they do not.
    """

    data: bytes
    sha256: str
    bytes: int
    damage: str


class MemberReader:
    """Reads the members of an open zip, under limits that they share.

    Args:
        archive: the open zip.
        limits: how much may be unpacked.
        heartbeat: called for each piece that is read.
        turn: where sizes begin again at 0; None where they do not.
    """

    def __init__(
        self,
        archive: zipfile.ZipFile,
        limits: Limits,
        heartbeat: Callable[[], None],
        turn: Optional[int] = None,
    ) -> None:
        self._zip, self._limits, self._heartbeat = archive, limits, heartbeat
        self._budget, self._turn = limits.total_bytes, turn

    def start_over(self) -> None:
        """Count unpacked bytes from 0 again, because members are read once more."""
        self._budget = self._limits.total_bytes

    def read(
        self,
        member: zipfile.ZipInfo,
        *,
        keep: bool = False,
        largest: int = LARGEST_DOCUMENT,
        target: Optional[BinaryIO] = None,
    ) -> MemberRead:
        """Read a member.

        Args:
            member: its entry in the directory.
            keep: whether its bytes are kept in memory and returned.
            largest: how many bytes may be kept; a larger member counts as damaged.
            target: a file to which the bytes are written as they are read.

        Raises:
            HostileArchive: it unpacks to more than the limits allow.
        """
        digest, crc, size, damage = hashlib.sha256(), 0, 0, ""
        kept: list[bytes] = []
        try:
            for chunk in self._chunks(member):
                size += len(chunk)
                self._charge(member, size, len(chunk))
                digest.update(chunk)
                crc = zlib.crc32(chunk, crc)
                if keep and size <= largest:
                    kept.append(chunk)
                if target:
                    target.write(chunk)
        except HostileArchive:
            raise
        except BROKEN as exc:
            damage = f"it cannot be read to its end ({exc})"
        if not damage and (crc != member.CRC or not self._is_long(member, size)):
            damage = "its bytes are not those that were zipped (CRC)"
        if keep and not damage and size > largest:
            damage = f"it is larger than {largest / 1e6:.1f} MB"
        return MemberRead(b"".join(kept), digest.hexdigest(), size, damage)

    def _is_long(self, member: zipfile.ZipInfo, size: int) -> bool:
        """Whether a member has the size that its directory entry says."""
        differs = size - member.file_size
        return (differs % self._turn if self._turn else differs) == 0

    def _chunks(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        # zipfile raises for a wrong CRC before it gives the last bytes. Without this
        # attribute it does not check the CRC; ``read`` does.
        unchecked = copy.copy(member)
        del unchecked.CRC
        with self._zip.open(unchecked) as stream:
            while chunk := stream.read(_CHUNK):
                self._heartbeat()
                yield chunk

    def head(self, member: zipfile.ZipInfo, size: int) -> bytes:
        """Read the first bytes of a member; fewer where it is short or damaged."""
        self._heartbeat()
        with contextlib.suppress(*BROKEN), self._zip.open(member) as stream:
            return stream.read(size)
        return b""

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


def match(
    member: zipfile.ZipInfo, read: MemberRead, listed: dict[str, ManifestFile]
) -> str:
    """Compare a member with the manifest.

    Returns:
        Its damage in words; empty if it has none.

    Raises:
        HostileArchive: the member is undamaged, and the manifest says something else.
    """
    expected = listed[member.filename]
    if (read.sha256, read.bytes) == (expected.sha256, expected.bytes):
        return ""
    if read.damage:
        return read.damage
    raise HostileArchive(
        f"the member {member.filename!r} is not what its manifest says"
    )
