"""What an exporter is asked: the results, and how they are to be written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from analysis.config import ExportSettings
from analysis.exports.names import file_names
from analysis.record.clip import Clip
from analysis.record.final.encounters import final_encounters
from analysis.record.final.kinds import rows_of
from analysis.record.results import Results


@dataclass(frozen=True)
class Request:
    """What is written, and how.

    Attributes:
        settings: the config: whose the data is, and what its species are called.
        config: the config's file, which refusals name.
        now: when it is written.
        all_frames: whether frames without anything are listed, too.
        media: the path below the output of each clip that was written there, by the
            clip's sha256; empty where the footage is not.
    """

    results: Results
    settings: ExportSettings
    config: Path
    now: datetime
    all_frames: bool = False
    media: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _names(self) -> dict[str, str]:
        return file_names(self.results.clips)

    @cached_property
    def kinds(self) -> frozenset[tuple[str, str]]:
        """The label and the species of everything that counts."""
        rows = rows_of(final_encounters(self.results))
        return frozenset((row.label, row.species) for row in rows if row.counts)

    def name(self, clip: Clip) -> str:
        """Return the name of a clip's file, which no other clip has."""
        return self._names[clip.sha256]

    def path(self, clip: Clip) -> str:
        """Return where the footage is: below the output, else its name alone."""
        return self.media.get(clip.sha256, self.name(clip))
