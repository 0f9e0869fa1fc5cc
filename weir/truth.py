"""The truth of a simulated clip: every fish in every frame, as JSON beside the clip.

A simulated camera knows what it drew, and writes it to ``clip....h264.truth.json``. The
analysis never reads this file; only ``score`` does, to measure how right counts are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Union

from weir.document import Document, write_json

FORMAT_VERSION = 1

CONTRAST_UNIT = 16.0
SIZE_UNIT = 1 / 20
WHOLE_UNIT = 1 / 2
VISIBLE = 0.25
"""From this visibility on, a person finds a fish in the frame.

Visibility is contrast times size times wholeness, each at most 1:

- Contrast is how much the fish changes the brightness of its visible pixels (root mean
  square), in units of 16 of 255 levels.
- Size is the square root of the share of the frame that its visible part fills, in
  units of 1/20. A fish of 40 by 12 pixels in a frame of 720 by 480 has size 0.6, and is
  visible from a contrast of 7 levels on; one half as long and high needs 14.
- Wholeness is the square of the visible share of its own outline, in units of a half.

So a large, dark fish counts as soon as a quarter of it shows, a smaller or paler one
when more of it does. A tail behind another fish or at the edge is not yet a fish.
"""


@dataclass(frozen=True)
class Sighting:
    """One fish in one frame.

    Attributes:
        frame: the frame's index, from 0.
        fish: the individual's number in the clip, from 1.
        kind: the fish's kind, by the name that the simulated camera's config uses.
        box: x, y, width and height of its part inside the frame, 0 to 1 from the top
            left.
        visibility: 0 to 1; see ``VISIBLE``.
    """

    frame: int
    fish: int
    kind: str
    box: tuple[float, float, float, float]
    visibility: float

    @property
    def visible(self) -> bool:
        """Whether a person would find the fish in the frame."""
        return self.visibility >= VISIBLE


@dataclass(frozen=True)
class TruthEncounter:
    """Consecutive frames that each hold a visible fish.

    Attributes:
        first_frame, last_frame: indices; both belong to it.
        kind: the kind of most of its visible sightings; of equals, the first by name.
        max_n: the largest number of visible fish in one frame.
    """

    first_frame: int
    last_frame: int
    kind: str
    max_n: int

    @property
    def frames(self) -> int:
        """How many frames it lasts."""
        return self.last_frame - self.first_frame + 1


@dataclass(frozen=True)
class Truth:
    """What a simulated clip shows.

    Attributes:
        seed, start_s: the scene's seed and start, in seconds since 1970; the same two
            make the same scene.
        framerate: frames per second.
        frames: how many the clip has.
        sightings: by frame, then by fish, including the invisible ones.
        encounters: in order.
    """

    seed: int
    start_s: int
    framerate: float
    frames: int
    sightings: tuple[Sighting, ...]
    encounters: tuple[TruthEncounter, ...]

    @property
    def max_n(self) -> int:
        """The largest number of visible fish in one frame."""
        return max((encounter.max_n for encounter in self.encounters), default=0)

    def to_json(self) -> str:
        """The document."""
        fields: dict[str, Any] = {"format_version": FORMAT_VERSION, **self.__dict__}
        fields["visible_from"] = VISIBLE
        fields["encounters"] = [entry.__dict__ for entry in self.encounters]
        fields["sightings"] = [entry.__dict__ for entry in self.sightings]
        return write_json(fields)

    @classmethod
    def from_json(cls, text: Union[str, bytes], source: str) -> Truth:
        """Read a truth.

        Raises:
            ContractError: it is none; the text names ``source`` and the field.
        """
        doc = Document.parse(text, source)
        doc.require_version(FORMAT_VERSION)
        return cls(
            seed=doc.whole("seed"),
            start_s=doc.whole("start_s"),
            framerate=doc.number("framerate"),
            frames=doc.whole("frames"),
            sightings=tuple(_sighting(entry) for entry in doc.documents("sightings")),
            encounters=tuple(_met(entry) for entry in doc.documents("encounters")),
        )

    @classmethod
    def read(cls, path: Path) -> Truth:
        """Read the truth in a file.

        Raises:
            ContractError: it is not a truth.
            OSError: the file cannot be read.
        """
        return cls.from_json(path.read_bytes(), path.name)


def encounters_of(sightings: Iterable[Sighting]) -> tuple[TruthEncounter, ...]:
    """Join visible sightings to encounters; a frame without a fish ends one."""
    runs: list[list[Sighting]] = []
    for sighting in sorted(sightings, key=lambda entry: entry.frame):
        if not sighting.visible:
            continue
        if not runs or sighting.frame > runs[-1][-1].frame + 1:
            runs.append([])
        runs[-1].append(sighting)
    return tuple(_encounter(run) for run in runs)


def _encounter(run: Sequence[Sighting]) -> TruthEncounter:
    kinds = Counter(sighting.kind for sighting in run)
    together = Counter(sighting.frame for sighting in run)
    return TruthEncounter(
        first_frame=run[0].frame,
        last_frame=run[-1].frame,
        kind=min(kinds, key=lambda kind: (-kinds[kind], kind)),
        max_n=max(together.values()),
    )


def _sighting(doc: Document) -> Sighting:
    box = doc.items("box")
    if len(box) != 4 or not all(isinstance(side, (int, float)) for side in box):
        raise doc.error("box", box, "[x, y, width, height]")
    return Sighting(
        frame=doc.whole("frame"),
        fish=doc.whole("fish"),
        kind=doc.text("kind"),
        box=(float(box[0]), float(box[1]), float(box[2]), float(box[3])),
        visibility=float(doc.number("visibility")),
    )


def _met(doc: Document) -> TruthEncounter:
    return TruthEncounter(
        first_frame=doc.whole("first_frame"),
        last_frame=doc.whole("last_frame"),
        kind=doc.text("kind"),
        max_n=doc.whole("max_n"),
    )
