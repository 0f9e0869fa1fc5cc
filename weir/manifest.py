"""The manifest: the archive's own list of what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Union

from weir.document import Document, write_json

MANIFEST_NAME = "manifest.json"
FORMAT_VERSION = 1


@dataclass(frozen=True)
class ManifestFile:
    """One member of the archive: its name, size in bytes and sha256."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """The list of an archive's files, with who packed them and when."""

    deployment: str
    camera: str
    created: datetime
    software: str
    files: tuple[ManifestFile, ...]

    def to_json(self) -> str:
        """The document."""
        return write_json(
            {
                "format_version": FORMAT_VERSION,
                "deployment": self.deployment,
                "camera": self.camera,
                "created": self.created,
                "software": self.software,
                "files": [file.__dict__ for file in self.files],
            }
        )

    @classmethod
    def from_json(cls, text: Union[str, bytes], source: str) -> Manifest:
        """Read a manifest.

        Raises:
            ContractError: it is none; the text names ``source`` and the field.
        """
        doc = Document.parse(text, source)
        doc.require_version(FORMAT_VERSION)
        return cls(
            deployment=doc.name("deployment"),
            camera=doc.name("camera"),
            created=doc.moment("created"),
            software=doc.text("software"),
            files=tuple(
                ManifestFile(f.text("name"), f.whole("bytes"), f.text("sha256"))
                for f in doc.documents("files")
            ),
        )
