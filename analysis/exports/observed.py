"""What is to be drawn in the frames of a clip: boxes with a name and a score.

Only what counts is there. A detection of a model of whole frames is the whole frame. A
fish that only a person saw is in all the frames that the person named: in the one where
it moved most it has the box of what moved there, in the others it is the whole frame.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analysis.record.clip import Clip
from analysis.record.final.encounters import FinalEncounter, finals_in
from analysis.record.looks.detections import SeenDetection
from analysis.record.results import Results
from analysis.values.seen import BETWEEN, Box

WHOLE = Box(0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True)
class Observed:
    """A target in a frame.

    Attributes:
        final: the encounter that it is part of.
        track: a number in its clip that boxes share that are one individual in several
            frames.
        is_followed: whether the track is one of the record, and has its number. Else it
            is the encounter, which is one individual as far as one can know; where
            there are several in a frame, or others of the encounter were followed,
            nobody knows which is which, and each box has its own.
        label, species: the final ones of the encounter, where the box is of the kind
            that the machine calls the encounter; a kind beside it has its own.
        score: the detector's; 1 where only a person saw it.
        species_score: the classifier's for this species; 1 where a person named it.
        is_whole: whether the box is the whole frame, because nobody knows where it is.
    """

    final: FinalEncounter
    track: int
    is_followed: bool
    frame: int
    box: Box
    label: str
    species: str
    score: float
    species_score: float
    is_whole: bool

    @property
    def name(self) -> str:
        """The species, else the label."""
        return self.species or self.label


def observed_in(results: Results, clip: Clip) -> list[Observed]:
    """Return what counts in a clip, by frame.

    Frames between those of ``sample_fps`` have only what a person saw.
    """
    return observed_of(results, clip, finals_in(results, clip))


def observed_of(
    results: Results, clip: Clip, finals: Sequence[FinalEncounter]
) -> list[Observed]:
    """Return what counts in a clip, by frame, of encounters that were read already."""
    finals = [final for final in finals if final.counts]
    if not finals:
        return []
    seen = {final.seen.encounter.number: final for final in finals if final.seen}
    found = [
        _detected(detection, seen[detection.encounter.number])
        for detection in results.detections_in(clip)
        if detection.encounter
        and detection.encounter.number in seen
        # A fish has swum on since the last frame that was looked at.
        and detection.reused != BETWEEN
    ]
    found += [one for final in finals if not final.seen for one in _added(final)]
    numbers = [seen.track.number for seen in results.tracks_in(clip)]
    found.sort(key=lambda one: one.frame)
    return list(_tracked(found, max(numbers) + 1 if numbers else 0))


def _tracked(found: Sequence[Observed], free: int) -> Iterator[Observed]:
    """Number the tracks of what nobody followed.

    Args:
        found: what is in the clip, by frame.
        free: the first number that no track of the record has.
    """
    often = Counter((one.final.id, one.frame) for one in found)
    crowded = {id_ for (id_, _), count in often.items() if count > 1}
    crowded |= {one.final.id for one in found if one.is_followed}
    tracks: dict[object, int] = {}
    for place, one in enumerate(found):
        if one.is_followed:
            yield one
        else:
            of = place if one.final.id in crowded else one.final.id
            yield replace(one, track=tracks.setdefault(of, free + len(tracks)))


def _detected(seen: SeenDetection, final: FinalEncounter) -> Observed:
    detection, encounter = seen.detection, seen.encounter
    is_own = encounter is not None and (
        detection.box is None
        or (detection.label, detection.species) == (encounter.label, encounter.species)
    )
    species = final.species if is_own else detection.species
    is_its = species == detection.species and detection.species_score is not None
    said = final.decision
    return Observed(
        final=final,
        track=seen.track or 0,
        is_followed=seen.track is not None,
        frame=seen.frame,
        box=_inside(detection.box) if detection.box else WHOLE,
        label=final.label if is_own else detection.label,
        species=species,
        score=float(detection.score),
        species_score=float(detection.species_score or 0)
        if is_its
        else (1.0 if said and said.species else float(final.species_score or 0)),
        is_whole=detection.box is None,
    )


def _added(final: FinalEncounter) -> Iterator[Observed]:
    moved = final.moment.moment if final.moment else None
    end = min(final.last_frame + 1, final.clip.frames_decoded)
    for frame in range(final.first_frame, end):
        is_best = moved is not None and frame == moved.best_frame
        yield Observed(
            final=final,
            track=0,
            is_followed=False,
            frame=frame,
            box=moved.box if moved and is_best else WHOLE,
            label=final.label,
            species=final.species,
            score=1.0,
            species_score=1.0,
            is_whole=not is_best,
        )


def _inside(box: Box) -> Box:
    """Cut off what lies outside of the frame; a model may look beyond it."""
    x, y = min(max(box.x, 0.0), 1.0), min(max(box.y, 0.0), 1.0)
    right, low = min(box.x + box.width, 1.0), min(box.y + box.height, 1.0)
    return Box(x, y, max(right - x, 0.0), max(low - y, 0.0))
