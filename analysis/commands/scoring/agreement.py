"""How well the encounters that were found agree with the truth of a simulated clip.

- A true encounter is *required* when it lasts two frames or more. It is found when a
  found encounter shares a frame with it, else missed. One of a single frame is
  optional: at one frame a second nobody can be asked to see it, nor blamed for it.
- A found encounter is *right* when it shares a frame with any true encounter, required
  or not, and *invented* when there is no fish in any of its frames. What only shares
  frames with fish that are almost visible (``FAINT``) is neither.
- A kind is right when the found encounter that shares most frames with a required
  one has its name.
- MaxN is right when it is the truth's, exactly, over all encounters of the clip. A
  model of whole frames, which cannot count, is not asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Optional

from analysis.values.seen import Encounter, most
from weir.truth import VISIBLE, Truth, TruthEncounter

FAINT = VISIBLE / 2
"""A fish of this visibility or more can be seen by someone who looks long."""

_REQUIRED_FRAMES = 2


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
        max_n_right: clips whose MaxN is right.
        max_n_asked: clips that have a MaxN.
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
        max_n_asked=int(max_n is not None),
    )


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
    return bool(found.species) or found.label in {s.kind for s in truth.sightings}


def _share(part: int, whole: int) -> Optional[float]:
    return part / whole if whole else None
