"""How well the encounters that were found agree with the truth of a simulated clip.

- A true encounter is *required* when it lasts two frames or more. It is found when a
  found encounter shares a frame with it, else missed. One of a single frame is
  optional: at one frame a second nobody can be asked to see it, nor blamed for it.
- A found encounter is *right* when it shares a frame with any true encounter, required
  or not, and *invented* when there is no fish in any of its frames. What only shares
  frames with fish that are almost visible (``FAINT``) is neither.
- A kind is right when the found encounter that shares most frames with a required
  one has its name.
- A kind that swims beside others is asked for, too, if it can be seen in three frames
  of its encounter, or is the kind of most of them. It is found when something counted
  of its name shares a frame with it, and invented when the clip never shows it there.
- MaxN is right when it is the truth's, exactly, over all encounters of the clip. A
  model of whole frames, which cannot count, is not asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Optional

from analysis.record.final.encounters import FinalEncounter
from analysis.values.seen import Encounter, most
from weir.truth import VISIBLE, Truth, TruthEncounter

FAINT = VISIBLE / 2
"""A fish of this visibility or more can be seen by someone who looks long."""

_REQUIRED_FRAMES = 2
_KIND_FRAMES = 3


@dataclass(frozen=True)
class Agreement:
    """Counts of one clip or of many.

    Attributes:
        clips: the number of clips.
        every: true encounters, required or not.
        truth: true encounters that are required.
        found: required encounters that were found.
        right: found encounters that are one of the truth's.
        invented: found encounters with no fish in them.
        faint: found encounters with almost visible fish only.
        named: found required encounters whose finder gave a kind.
        kind_right: of these, how many have the right one.
        joined: true encounters that were found in one with another true one.
        max_n_right: clips whose MaxN is right.
        max_n_asked: clips that have a MaxN.
        kinds: kinds in required encounters, each once an encounter.
        kinds_found: how many of these were counted by their names.
        kinds_invented: counted kinds that no fish in their frames has.
    """

    clips: int = 0
    every: int = 0
    truth: int = 0
    found: int = 0
    right: int = 0
    invented: int = 0
    faint: int = 0
    named: int = 0
    kind_right: int = 0
    max_n_right: int = 0
    max_n_asked: int = 0
    joined: int = 0
    kinds: int = 0
    kinds_found: int = 0
    kinds_invented: int = 0

    @property
    def counted(self) -> int:
        """All encounters that were found; a true one may have been found in parts."""
        return self.right + self.invented + self.faint

    @property
    def missed(self) -> int:
        """Required encounters that were not found."""
        return self.truth - self.found

    @property
    def recall(self) -> Optional[float]:
        """Share of the required encounters that were found; None without any."""
        return _share(self.found, self.truth)

    @property
    def precision(self) -> Optional[float]:
        """Share of the found encounters that are right; None without any."""
        return _share(self.right, self.right + self.invented)

    @property
    def kind_share(self) -> Optional[float]:
        """Share of the named encounters whose kind is right; None without any."""
        return _share(self.kind_right, self.named)

    @property
    def max_n_share(self) -> Optional[float]:
        """Share of the clips with a MaxN in which it is right; None without any."""
        return _share(self.max_n_right, self.max_n_asked)


def compare(
    truth: Truth, found: Sequence[Encounter], *, can_count: bool = True
) -> Agreement:
    """Compare a clip's truth with the encounters that count.

    Args:
        truth: the clip's.
        found: what was counted in it.
        can_count: whether the model can count individuals.
    """
    required = [true for true in truth.encounters if true.frames >= _REQUIRED_FRAMES]
    met = [(true, _meeting(true, found)) for true in required]
    named = [(true, best) for true, best in met if best and _names(best, truth)]
    right = [e for e in found if any(_shared(true, e) for true in truth.encounters)]
    others = [encounter for encounter in found if encounter not in right]
    faint = [encounter for encounter in others if _is_faint(encounter, truth)]
    finders = [id(best) for _, best in met if best]
    max_n = most((e.max_n for e in found), can_count=can_count)
    return Agreement(
        clips=1,
        every=len(truth.encounters),
        truth=len(required),
        found=sum(best is not None for _, best in met),
        right=len(right),
        invented=len(others) - len(faint),
        faint=len(faint),
        named=len(named),
        kind_right=sum(true.kind == _name(best) for true, best in named),
        max_n_right=int(max_n == truth.max_n),
        joined=len(finders) - len(set(finders)),
        max_n_asked=int(max_n is not None),
    )


def compare_kinds(truth: Truth, found: Sequence[FinalEncounter]) -> Agreement:
    """Compare the kinds that are counted in a clip, beside each other, with the truth.

    A detector that names no kinds is not asked for them.
    """
    there = [row for row in found if row.species or row.label in _kinds(truth)]
    if len(there) < len(found):
        return Agreement()
    wanted = [
        (kind, frames)
        for true in truth.encounters
        if true.frames >= _REQUIRED_FRAMES
        for kind, frames in _frames_by_kind(truth, true).items()
        if len(frames) >= _KIND_FRAMES or kind == true.kind
    ]
    faint = [(s.kind, s.frame) for s in truth.sightings if s.visibility >= FAINT]
    return Agreement(
        kinds=len(wanted),
        kinds_found=sum(
            any(_is_of(row, kind, frame) for row in there for frame in frames)
            for kind, frames in wanted
        ),
        kinds_invented=sum(
            not any(_is_of(row, kind, frame) for kind, frame in faint) for row in there
        ),
    )


def _kinds(truth: Truth) -> set[str]:
    return {sighting.kind for sighting in truth.sightings}


def _frames_by_kind(truth: Truth, true: TruthEncounter) -> dict[str, set[int]]:
    """Return the frames of an encounter in which each kind can be seen."""
    frames: dict[str, set[int]] = defaultdict(set)
    for each in truth.sightings:
        if each.visible and true.first_frame <= each.frame <= true.last_frame:
            frames[each.kind].add(each.frame)
    return frames


def _is_of(row: FinalEncounter, kind: str, frame: int) -> bool:
    is_named = (row.species or row.label) == kind
    return is_named and row.first_frame <= frame <= row.last_frame


def total(agreements: Iterable[Agreement]) -> Agreement:
    """Add up the counts of many clips."""
    every = list(agreements)
    names = [field.name for field in fields(Agreement)]
    return Agreement(*(sum(getattr(one, name) for one in every) for name in names))


def _meeting(true: TruthEncounter, found: Sequence[Encounter]) -> Optional[Encounter]:
    """Return the found encounter that shares most frames with a true one, if any."""
    best = max(found, key=lambda encounter: _shared(true, encounter), default=None)
    return best if best and _shared(true, best) else None


def _shared(true: TruthEncounter, found: Encounter) -> int:
    first = max(true.first_frame, found.first_frame)
    return max(0, min(true.last_frame, found.last_frame) - first + 1)


def _is_faint(found: Encounter, truth: Truth) -> bool:
    return any(
        found.first_frame <= sighting.frame <= found.last_frame
        and sighting.visibility >= FAINT
        for sighting in truth.sightings
    )


def _name(found: Encounter) -> str:
    return found.species or found.label


def _names(found: Encounter, truth: Truth) -> bool:
    """Whether the encounter was named: by a classifier, or by a detector of species."""
    return bool(found.species) or found.label in _kinds(truth)


def _share(part: int, whole: int) -> Optional[float]:
    return part / whole if whole else None
