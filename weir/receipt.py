"""The receipt: it says which clips arrived at the host, and which of them it keeps.

It goes back to the camera's machine, where ``prune`` deletes exactly the clips whose
bytes it names as kept. Nothing else ever deletes a clip. So the host signs it, if it
has a key, and the camera's machine checks that it trusts that key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Union

from weir import atomic
from weir.document import Document, write_json
from weir.unread import Unread

FORMAT_VERSION = 1
RECEIPT_SUFFIX = ".receipt.json"
MOST_UNREAD = 100
"""A receipt names so many members that were not read, and says how many there are."""

_SIGNATURE = "signature"


@dataclass(frozen=True)
class ReceiptClip:
    """One clip that arrived and was analysed or salvaged.

    Attributes:
        clip: base name.
        sha256: sum of the clip's bytes, hexadecimal.
        bytes: their number.
        kept: whether the host still holds these bytes.
    """

    clip: str
    sha256: str
    bytes: int
    kept: bool


@dataclass(frozen=True)
class Receipt:
    """The clips of one archive that arrived safely, and what of it was not read.

    Attributes:
        unread: the first ``MOST_UNREAD`` members that were not read.
        unread_count: how many there are.
    """

    archive: str
    written: datetime
    clips: tuple[ReceiptClip, ...]
    unread: tuple[Unread, ...] = ()
    unread_count: int = 0

    @property
    def says_something(self) -> bool:
        """Whether it names anything."""
        return bool(self.clips or self.unread_count)

    def to_json(self, signature: str = "") -> str:
        """Write the document, with the signature of its ``message`` if there is one."""
        fields: dict[str, object] = {
            "format_version": FORMAT_VERSION,
            "archive": self.archive,
            "written": self.written,
            "clips": [clip.__dict__ for clip in self.clips],
        }
        if self.unread_count:
            fields["unread_count"] = self.unread_count
            fields["unread"] = [member.__dict__ for member in self.unread]
        return write_json({**fields, _SIGNATURE: signature} if signature else fields)

    @property
    def message(self) -> bytes:
        """Return the bytes that are signed."""
        return message_of(self.to_json(), self.archive)[0]

    @classmethod
    def from_json(cls, text: Union[str, bytes], source: str) -> Receipt:
        """Read a receipt.

        Raises:
            ContractError: it is not a receipt; the text names ``source`` and the field.
        """
        doc = Document.parse(text, source)
        doc.require_version(FORMAT_VERSION)
        return cls(
            archive=doc.text("archive"),
            written=doc.moment("written"),
            clips=tuple(
                ReceiptClip(
                    clip=entry.text("clip"),
                    sha256=entry.text("sha256"),
                    bytes=entry.whole("bytes"),
                    kept=entry.flag("kept"),
                )
                for entry in doc.documents("clips")
            ),
            unread=tuple(
                Unread(entry.text("name"), entry.whole("bytes"), entry.text("reason"))
                for entry in doc.documents("unread", [])
            ),
            unread_count=doc.whole("unread_count", 0),
        )

    def write(self, path: Path, signature: str = "") -> None:
        """Write it, whole or not at all."""
        atomic.write_text(path, self.to_json(signature))

    @classmethod
    def read(cls, path: Path) -> Receipt:
        """Read the receipt in a file.

        Raises:
            ContractError: it is not a receipt.
            OSError: the file cannot be read.
        """
        return cls.from_json(path.read_bytes(), path.name)


def message_of(text: Union[str, bytes], source: str) -> tuple[bytes, str]:
    """Separate a receipt from its signature.

    After the signature was checked, the receipt must be read from the signed bytes, and
    from nothing else: ``Receipt.from_json(message, ...)``.

    Returns:
        The bytes that are signed, and the signature (empty if there is none).

    Raises:
        ContractError: it is no JSON object, or its signature is no text.
    """
    doc = Document.parse(text, source)
    return doc.canonical(without=_SIGNATURE), doc.text(_SIGNATURE, "")


def receipt_name(archive: str) -> str:
    """Return the name of an archive's receipt."""
    return archive + RECEIPT_SUFFIX
