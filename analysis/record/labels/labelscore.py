"""How well the encounters of a run agree with what people said.

- *Precision* is the share of fish among the counted encounters that somebody decided.
- *Recall* is the share of the fish in watched stretches that were counted; elsewhere
  nobody knows what was missed. A fish in a small part of a counted encounter that
  people call none was not counted: that was something else.
- A share comes with its Wilson interval, within which it lies with 95 %.

It rests on the clips of which somebody said anything, and on their days.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Optional

from analysis.record.days import Day, day_of
from analysis.record.final.encounters import named_in
from analysis.record.labels.labelbook import DISPUTED, LabelBook
from analysis.record.results import Results, SeenEncounter
from analysis.values.label import FISH, NOT, UNSURE, WATCHED, Label
from analysis.values.seen import COUNTED

_95_PERCENT = 1.959964


@dataclass(frozen=True)
class Share:
    """A part of a whole, and the interval in which the true share lies."""

    part: int
    whole: int

    @property
    def value(self) -> Optional[float]:
        """The share, 0 to 1; None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> Optional[tuple[float, float]]:
        """Wilson's interval of 95 %; None of nothing."""
        if not self.whole:
            return None
        n, share, z2 = self.whole, self.part / self.whole, _95_PERCENT**2
        middle = (share + z2 / (2 * n)) / (1 + z2 / n)
        half = share * (1 - share) / n + z2 / (4 * n * n)
        half = _95_PERCENT * math.sqrt(half) / (1 + z2 / n)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Tally:
    """What people say of the counted encounters.

    Attributes:
        fish, wrong, unsure: decided so.
        disputed: people contradict each other.
        open: nobody decided.
    """

    fish: int = 0
    wrong: int = 0
    unsure: int = 0
    disputed: int = 0
    open: int = 0

    @classmethod
    def of(cls, counted: Iterable[SeenEncounter]) -> Tally:
        """Count what people say of encounters."""
        said = Counter(verdict_of(seen) for seen in counted)
        return cls(said[FISH], said[NOT], said[UNSURE], said[DISPUTED], said[""])

    @property
    def counted(self) -> int:
        """All counted encounters."""
        return self.fish + self.wrong + self.unsure + self.disputed + self.open

    @property
    def in_words(self) -> str:
        """Say how many of the counted encounters a person has confirmed."""
        if self.open == self.counted:
            return f"{self.counted} by the model, not checked by a person"
        others = {"unsure": self.unsure, "disputed": self.disputed}
        return (
            f"{self.counted} by the model, {self.fish} confirmed by a person,"
            f" {self.wrong} rejected, {self.open} open"
            + "".join(f", {count} {name}" for name, count in others.items() if count)
        )

    @property
    def precision(self) -> Share:
        """The share of fish among those that were decided."""
        return Share(self.fish, self.fish + self.wrong)


@dataclass(frozen=True)
class LabelScore:
    """How well a run agrees with people.

    Attributes:
        tally: what people say of what was counted.
        encounters, unseen: all encounters, counted or not, and how many of them nobody
            has looked at.
        said: different fish that people saw, in clips of the run.
        missed: those of them that are in no counted encounter.
        watched_frames: how long people watched, in frames.
        recall: fish in watched stretches: counted, of all.
        names: how often a fish that a person named is called what by the machine, by
            the person's name and the machine's; an empty name of the machine is none.
        by_day: what was counted on each day on which anything was, or was said.
        clips, days: those of which somebody said anything.
    """

    tally: Tally
    encounters: int
    unseen: int
    said: int
    missed: int
    watched_frames: int
    recall: Share
    names: dict[tuple[str, str], int]
    by_day: dict[Day, Tally]
    clips: int
    days: int


def verdict_of(seen: SeenEncounter) -> str:
    """Return what people say of an encounter; an empty text if nobody does."""
    return seen.decision.verdict if seen.decision else ""


def rate(results: Results) -> LabelScore:
    """Compare the encounters of results with the labels that they know."""
    book = results.book
    clips = {c.sha256: c for c in results.clips if c.is_usable}
    labelled = {sha256 for sha256 in clips if book.of_clip(sha256)}
    every = [seen for seen in results.encounters() if seen.clip.is_usable]
    counted = [seen for seen in every if seen.encounter.status == COUNTED]
    found: dict[str, list[SeenEncounter]] = defaultdict(list)
    for seen in counted:
        if verdict_of(seen) != NOT:  # a fish in a small part of it was not its reason
            found[seen.clip.sha256].append(seen)
    fish = [f for sha256 in sorted(labelled) for f in fish_of(book, sha256)]
    watched = [f for f in fish if _is_watched(book, f)]
    days: dict[Day, list[SeenEncounter]] = {
        day_of(clips[sha256]): [] for sha256 in labelled
    }
    for seen in counted:
        days.setdefault(day_of(seen.clip), []).append(seen)
    return LabelScore(
        tally=Tally.of(counted),
        encounters=len(every),
        unseen=sum(seen.decision is None for seen in every),
        said=len(fish),
        missed=sum(not _is_found(f, found) for f in fish),
        watched_frames=sum(_watched_frames(book, sha256) for sha256 in labelled),
        recall=Share(sum(_is_found(f, found) for f in watched), len(watched)),
        names=_names(counted),
        by_day={day: Tally.of(seen) for day, seen in sorted(days.items())},
        clips=len(labelled),
        days=len({day_of(clips[sha256]) for sha256 in labelled}),
    )


def fish_of(book: LabelBook, sha256: str) -> list[Label]:
    """Return the different fish of a clip: what two people saw in one place is one.

    What people dispute is none of them.
    """
    fish: list[Label] = []
    for label in book.of_clip(sha256):
        word = book.decision(sha256, label.first_frame, label.last_frame)
        is_fish = label.verdict == FISH and word is not None and word.verdict == FISH
        if is_fish and not any(
            f.meets(label.first_frame, label.last_frame) for f in fish
        ):
            fish.append(label)
    return fish


def _is_found(fish: Label, found: dict[str, list[SeenEncounter]]) -> bool:
    return any(
        fish.meets(seen.encounter.first_frame, seen.encounter.last_frame)
        for seen in found[fish.sha256]
    )


def _is_watched(book: LabelBook, fish: Label) -> bool:
    """Whether half of a fish's frames, or more, were watched in one go."""
    return any(
        2 * label.shared(fish.first_frame, fish.last_frame) >= fish.frames
        for label in book.of_clip(fish.sha256)
        if label.verdict == WATCHED
    )


def _watched_frames(book: LabelBook, sha256: str) -> int:
    """Return how many frames of a clip were watched, each counted once."""
    frames, after = 0, 0
    for label in book.of_clip(sha256):  # in the order of their first frames
        if label.verdict == WATCHED:
            frames += max(0, label.last_frame + 1 - max(after, label.first_frame))
            after = max(after, label.last_frame + 1)
    return frames


def _names(counted: Sequence[SeenEncounter]) -> dict[tuple[str, str], int]:
    named = Counter(
        (seen.decision.species, _called(seen))
        for seen in counted
        if seen.decision and seen.decision.verdict == FISH and seen.decision.species
    )
    return dict(sorted(named.items()))


def _called(seen: SeenEncounter) -> str:
    """Return what the machine calls the fish that a person named."""
    found = named_in(seen) or seen.encounter
    return found.species or found.label
