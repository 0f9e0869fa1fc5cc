"""Sums of final encounters: how many, how sure, and the most of a kind in one frame."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional

import numpy as np

from analysis.record.clip import Clip
from analysis.record.final.encounters import (
    CONFIRMED,
    MACHINE_ONLY,
    OPEN,
    REJECTED,
    FinalEncounter,
    finals_in,
)
from analysis.record.results import Results

Kind = tuple[str, str]
"""Label and species."""


@dataclass
class Counts:
    """How many encounters there are, and how sure they are.

    Attributes:
        confirmed, machine_only: those that count: a person saw a fish, or only the
            machine says so.
        open, rejected: those that do not.
        can_count: whether a model that can count saw any of the footage. Where none
            did, nobody knows that there were no fish in a frame.
    """

    confirmed: int = 0
    machine_only: int = 0
    open: int = 0
    rejected: int = 0
    can_count: bool = True
    _most: list[int] = field(default_factory=list)
    _most_confirmed: list[int] = field(default_factory=list)

    @property
    def encounters(self) -> int:
        """Those that count."""
        return self.confirmed + self.machine_only

    @property
    def max_n(self) -> Optional[int]:
        """The most in one frame; None where nobody knows."""
        return self._largest(self._most, self.encounters)

    @property
    def confirmed_max_n(self) -> Optional[int]:
        """The most in one frame of those that a person confirmed."""
        return self._largest(self._most_confirmed, self.confirmed)

    def add(self, final: FinalEncounter) -> None:
        """Add an encounter, once for all its kinds."""
        if final.standing == CONFIRMED:
            self.confirmed += 1
        elif final.standing == MACHINE_ONLY:
            self.machine_only += 1
        elif final.standing == OPEN:
            self.open += 1
        elif final.standing == REJECTED:
            self.rejected += 1

    def add_most(self, final: FinalEncounter, max_n: Optional[int]) -> None:
        """Take into account how many were in one frame of an encounter."""
        if final.counts and max_n is not None:
            self._most.append(max_n)
            if final.standing == CONFIRMED:
                self._most_confirmed.append(max_n)

    def _largest(self, most: list[int], encounters: int) -> Optional[int]:
        none = 0 if self.can_count and not encounters else None
        return max(most, default=none)


@dataclass(frozen=True)
class ClipSums:
    """What counts in one clip.

    Attributes:
        fish_frames: frames with a target in a counted encounter, and those in which
            a person saw a fish that the run did not find.
    """

    fish_frames: int
    counts: Counts


def clip_sums(results: Results, clip: Clip) -> ClipSums:
    """Return the sums of one clip."""
    counts = Counts(can_count=clip.can_count)
    finals = finals_in(results, clip)
    for final in finals:
        counts.add(final)
        counts.add_most(final, final.max_n)
    if not any(final.decision for final in finals):
        return ClipSums(clip.fish_frames, counts)
    return ClipSums(_fish_frames(results, clip, finals), counts)


def _fish_frames(results: Results, clip: Clip, finals: list[FinalEncounter]) -> int:
    has_fish = np.zeros(clip.frames_decoded, np.bool_)
    is_target = np.zeros(clip.frames_decoded, np.bool_)
    is_target[results.target_frames(clip)] = True
    for final in finals:
        if final.counts:
            frames = slice(final.first_frame, final.last_frame + 1)
            has_fish[frames] |= is_target[frames] if final.seen else True
    return int(has_fish.sum())
