"""The final encounters: a person's word goes before the machine's.

- Somebody saw a fish: it counts, whatever the machine made of it. What the person did
  not say (label, species, how many) is as the machine says.
- Somebody saw none, or there is none by a watched stretch: it is rejected.
- Nobody could tell, or people contradict each other: it is doubtful, and counts
  nowhere, though the machine may have counted it.
- Nobody said anything: it is as the machine says.

A fish that somebody saw where the run has no encounter is an encounter, too. It has the
frames that the person named; where something moved there, the picture of that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Optional

from analysis.record.clip import Clip
from analysis.record.labels.labelbook import DISPUTED, Decision, LabelBook
from analysis.record.looks.kinds import SeenKind
from analysis.record.looks.moments import SeenMoment
from analysis.record.results import Results, SeenEncounter
from analysis.values.label import FISH, NOT, UNSURE, Label
from analysis.values.seen import COUNTED, DOUBTFUL

REJECTED = "rejected"
"""The status of an encounter that is no fish, by the word of a person."""

PERSON = "person"
"""What has decided the status where a person has."""

SPECIES = "species"
"""What has decided where a kind was seen too seldom, or not surely, beside others."""

CONFIRMED, MACHINE_ONLY, OPEN = "confirmed", "machine_only", "open"
"""How sure an encounter is: a person saw a fish; the machine alone counts it; nobody
knows, because it is doubtful and nobody has looked, or people could not tell or do not
agree. With ``rejected`` these four lie apart; what is static is in none of them."""

_STATUS = {FISH: COUNTED, NOT: REJECTED, UNSURE: DOUBTFUL, DISPUTED: DOUBTFUL}


@dataclass(frozen=True)
class FinalEncounter:
    """An encounter as it is published.

    Attributes:
        status: counted, static, doubtful or rejected.
        max_n: the most targets in one frame, or what a person said; None where a model
            of whole frames cannot count, and nobody said it.
        seen: what the machine found; None where a person added it.
        moment: what moved there, where a person added it; None if nothing did.
        decision: what people say of it; None if nobody does.
        beside: the kind that swam beside others in ``seen``, where this is the row of
            that kind; None where it is the encounter itself.
    """

    clip: Clip
    first_frame: int
    last_frame: int
    status: str
    label: str
    species: str
    max_n: Optional[int]
    seen: Optional[SeenEncounter] = None
    moment: Optional[SeenMoment] = None
    decision: Optional[Decision] = None
    beside: Optional[SeenKind] = None

    @property
    def id(self) -> str:
        """A name that every run gives it that sees it in the same frames."""
        frames = f"{self.first_frame}-{self.last_frame}"
        kind = f"-{self.species or self.label}" if self.beside else ""
        return f"{self.clip.sha256[:16]}-{frames}{kind}"

    @property
    def best_frame(self) -> Optional[int]:
        """The frame that shows it best; None where nobody knows."""
        if self.beside:
            return self.beside.best_frame
        if self.seen:
            return self.seen.encounter.best_frame
        return self.moment.moment.best_frame if self.moment else None

    @property
    def snapshot(self) -> str:
        """The path of its picture below results/; empty without one."""
        if self.beside and not self.beside.is_pictured:
            return ""
        shown = self.seen or self.moment
        return shown.snapshot if shown else ""

    @property
    def score(self) -> Optional[float]:
        """How sure the detector was; None where it found nothing."""
        if self.beside:
            return self.beside.score
        return self.seen.encounter.score if self.seen else None

    @property
    def species_score(self) -> Optional[float]:
        """How sure the classifier was of this species; None where it says another."""
        if self.beside:
            return self.beside.species_score
        found = self.seen.encounter if self.seen else None
        is_its = found is not None and found.species == self.species
        return found.species_score if found and is_its else None

    @property
    def decided_by(self) -> str:
        """What decided its status: a person, a measure, or nothing (empty)."""
        if self.decision:
            return PERSON
        if self.beside and self.status == DOUBTFUL and not self.beside.is_sure:
            return SPECIES
        return self.seen.encounter.decided_by if self.seen else ""

    @property
    def machine_status(self) -> str:
        """What the machine alone makes of it; empty where it found nothing."""
        status = self.seen.encounter.status if self.seen else ""
        is_slip = self.beside is not None and not self.beside.is_sure
        return DOUBTFUL if is_slip and status == COUNTED else status

    @property
    def review(self) -> str:
        """What people say: fish, not, unsure, disputed; empty if nobody looked."""
        return self.decision.verdict if self.decision else ""

    @property
    def counts(self) -> bool:
        """Whether it counts."""
        return self.status == COUNTED

    @property
    def standing(self) -> str:
        """How sure it is: confirmed, machine_only, open, rejected; or static."""
        if self.status == COUNTED:
            return CONFIRMED if self.decision else MACHINE_ONLY
        return OPEN if self.status == DOUBTFUL else self.status


def final_encounters(results: Results) -> Iterator[FinalEncounter]:
    """Yield every encounter, whatever its status, clip by clip."""
    return (final for clip in results.clips for final in finals_in(results, clip))


def finals_in(results: Results, clip: Clip) -> list[FinalEncounter]:
    """Return the encounters of one clip, in the order of their frames."""
    finals = [final_of(seen) for seen in results.encounters_in(clip)]
    spans = [
        (final.first_frame, final.last_frame)
        for final in finals
        if final.review != NOT  # then a fish in a small part of it is one of its own
    ]
    added = [
        (label, said)
        for label, said in _fish_said(results.book, clip.sha256)
        if not any(label.meets(*span) for span in spans)
    ]
    if added and clip.is_usable:
        moments = results.moments_in(clip)
        finals += [_added(results, clip, *each, moments) for each in added]
        finals.sort(key=lambda final: (final.first_frame, final.last_frame))
    return finals


def _fish_said(book: LabelBook, sha256: str) -> Iterator[tuple[Label, Decision]]:
    """Yield the different fish that people saw in a clip, disputed or not.

    What two people saw in one place is one fish.
    """
    fish: list[Label] = []
    for label in book.of_clip(sha256):
        frames = label.first_frame, label.last_frame
        said = book.decision(sha256, *frames) if label.verdict == FISH else None
        if said is None or said.verdict not in (FISH, DISPUTED):
            continue
        if not any(other.meets(*frames) for other in fish):
            fish.append(label)
            yield label, said


def named_in(seen: SeenEncounter) -> Optional[SeenKind]:
    """Return the kind beside others that a person's word on an encounter is about.

    Returns:
        The kind that is surely there and has the name that the person said; None where
        the word is about the encounter.
    """
    said, own = seen.decision, (seen.encounter.label, seen.encounter.species)
    if not said or said.verdict != FISH or not said.species:
        return None
    sure = (k for k in seen.kinds if k.is_sure and (k.label, k.species) != own)
    return next((k for k in sure if (k.species or k.label) == said.species), None)


def final_of(seen: SeenEncounter) -> FinalEncounter:
    """Return what an encounter of the machine is by the word of people."""
    found, said = seen.encounter, seen.decision
    is_fish = said is not None and said.verdict == FISH and not named_in(seen)
    return FinalEncounter(
        clip=seen.clip,
        first_frame=found.first_frame,
        last_frame=found.last_frame,
        status=_STATUS[said.verdict] if said else found.status,
        label=(said.label if said and is_fish else "") or found.label,
        species=(said.species if said and is_fish else "") or found.species,
        max_n=(said.count if said and is_fish else None) or found.max_n,
        seen=seen,
        decision=said,
    )


def _added(
    results: Results,
    clip: Clip,
    label: Label,
    said: Decision,
    moments: list[SeenMoment],
) -> FinalEncounter:
    """Return the encounter of a fish that the run has not found."""
    targets = results.settings[clip.run]["detector"]["targets"]
    met = (
        moment
        for moment in moments
        if label.meets(moment.moment.first_frame, moment.moment.last_frame)
    )
    return FinalEncounter(
        clip=clip,
        first_frame=label.first_frame,
        last_frame=label.last_frame,
        status=_STATUS[said.verdict],
        label=said.label or (targets[0] if len(targets) == 1 else FISH),
        species=said.species,
        max_n=said.count,
        moment=max(met, key=lambda moment: moment.moment.strength, default=None),
        decision=said,
    )
