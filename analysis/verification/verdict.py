"""The verdict: what the answers of a verifier make of a clip's findings.

- It sees something in an encounter: the encounter counts, whatever it was before. Its
  boxes say where, how many (the most in one frame), and what.
- It sees nothing in one that counted: the encounter is doubtful.
- It sees something where a moment was: the moment becomes an encounter. What it sees
  elsewhere in the frame says nothing of what moved.
- It was not asked, or sees nothing either: all stays as it was.

Where it sees something in an encounter, its boxes stand in all frames that it looked at
there; in the others stands what the detector found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Optional

from analysis.values.job import Findings
from analysis.values.seen import COUNTED, DOUBTFUL, Box, Detection, Encounter, Moment
from analysis.values.verifying import (
    ENCOUNTER,
    MOMENT,
    VERIFIER,
    Answers,
    Item,
    Look,
    Verification,
)
from analysis.verification.questions import Questions

_BESIDE = 0.5
"""By this share of its sides the place where something moved is widened."""


def shown_look(item: Item, looks: Mapping[int, Look]) -> Optional[Look]:
    """Return the look that shows an item best: the first of its frames with it.

    Returns:
        The look; None where the verifier sees nothing of the item.
    """
    seen = (looks[frame] for frame in item.frames if frame in looks)
    return next((look for look in seen if _shows(item, look)), None)


def unverified(findings: Findings, asked: Questions, reason: str) -> Findings:
    """Return the findings of a clip that could not be verified, as they were.

    Args:
        findings: what was found.
        asked: what was asked; nothing where there is nothing to ask.
        reason: why there is no answer; empty where nothing was asked.
    """
    return replace(findings, verification=Verification(asked.of, reason=reason))


def verified(findings: Findings, asked: Questions, answers: Answers) -> Findings:
    """Return what a clip's findings are by the answers of the verifier."""
    looks = {look.frame: _named(look, asked.items) for look in answers.looks}
    of = {(item.what, item.number): item for item in asked.items}
    met = {
        key: shown_look(item, looks)
        for key, item in of.items()
        if any(frame in looks for frame in item.frames)
    }
    encounters: list[tuple[Encounter, bytes]] = []
    for one in findings.encounters:
        key = ENCOUNTER, one.number
        picture = findings.snapshots.get(one.number, b"")
        if look := met.get(key):
            place = asked.items.index(of[key])
            judged = _seen(one, look, of[key], looks)
            encounters.append((judged, answers.pictures.get(place, picture)))
        elif key in met and one.status == COUNTED:
            doubtful = replace(one, status=DOUBTFUL, decided_by=VERIFIER)
            encounters.append((doubtful, picture))
        else:
            encounters.append((one, picture))
    raised: list[int] = []
    for moment in findings.moments:
        key = MOMENT, moment.number
        if look := met.get(key):
            raised.append(moment.number)
            place = asked.items.index(of[key])
            bare = _seen(_as_encounter(moment), look, of[key], looks)
            encounters.append((bare, answers.pictures.get(place, b"")))
    return _numbered(
        findings,
        encounters,
        raised,
        _verification(findings, asked, answers, looks),
    )


def _shows(item: Item, look: Look) -> bool:
    if item.place is None:
        return bool(look.boxes)
    return any(each.box and _meets(item.place, each.box) for each in look.boxes)


def _meets(place: Box, box: Box) -> bool:
    """Whether a box touches a place, widened a little."""
    beside, above = _BESIDE * place.width, _BESIDE * place.height
    right, low = place.x + place.width + beside, place.y + place.height + above
    is_level = place.y - above < box.y + box.height and box.y < low
    return is_level and place.x - beside < box.x + box.width and box.x < right


def _named(look: Look, items: Sequence[Item]) -> Look:
    """Let a frame's boxes be of the species that the frames of its encounter are.

    It is done where the classifier names whole frames: it says more of all of them.
    """
    item = next((i for i in items if i.species and look.frame in i.frames), None)
    if item is None:
        return look
    boxes = tuple(
        replace(box, species=item.species, species_score=item.species_score)
        for box in look.boxes
    )
    return replace(look, boxes=boxes)


def _seen(
    encounter: Encounter, shown: Look, item: Item, looks: Mapping[int, Look]
) -> Encounter:
    """Return an encounter in which the verifier sees something."""
    each_look = [looks[frame] for frame in item.frames if frame in looks]
    every = [box for look in each_look for box in look.boxes]
    species, score = _species(every)
    return replace(
        encounter,
        best_frame=shown.frame,
        outline=encounter.outline if shown.frame == encounter.best_frame else "",
        label=_heaviest([(box.label, box.score) for box in every]),
        species=item.species or species,
        species_score=item.species_score if item.species else score,
        max_n=max(len(look.boxes) for look in each_look),
        status=COUNTED,
        decided_by=VERIFIER,
        score=encounter.score if encounter.number else max(b.score for b in every),
    )


def _heaviest(named: Sequence[tuple[str, float]]) -> str:
    sums: dict[str, float] = defaultdict(float)
    for name, score in named:
        sums[name] += score
    return max(sums, key=lambda name: sums[name])


def _species(boxes: Sequence[Detection]) -> tuple[str, Optional[float]]:
    """Return what boxes are called most surely, and the mean score of that."""
    scores: dict[str, list[float]] = defaultdict(list)
    for box in boxes:
        if box.species_score is not None:
            scores[box.species].append(box.species_score)
    if not scores:
        return "", None
    name = max(scores, key=lambda each: sum(scores[each]))
    return name, sum(scores[name]) / len(scores[name])


def _as_encounter(moment: Moment) -> Encounter:
    """Return a moment as an encounter without a number, before it is judged."""
    return Encounter(
        number=0,
        first_frame=moment.first_frame,
        last_frame=moment.last_frame,
        best_frame=moment.best_frame,
        label="",
        score=0.0,
        species="",
        species_score=None,
        max_n=None,
        status=COUNTED,
        uniqueness=moment.uniqueness,
        zoom_gain=moment.zoom_gain,
        elongation=moment.elongation,
        outline=moment.outline,
    )


def _verification(
    findings: Findings, asked: Questions, answers: Answers, looks: Mapping[int, Look]
) -> Verification:
    ordered = tuple(looks[look.frame] for look in answers.looks)
    overruled = {
        frame
        for item in asked.items
        if item.what == ENCOUNTER and shown_look(item, looks)
        for frame in item.frames
    }
    return Verification(
        items=asked.of,
        asked=len(asked.items),
        looks=ordered,
        tracks=_tracks(findings, ordered),
        overruled=frozenset(overruled),
        seconds=answers.seconds,
    )


def _tracks(findings: Findings, looks: Sequence[Look]) -> tuple[int, ...]:
    """Return the track on which each box lies: that of the detector's box there."""
    followed: dict[int, list[tuple[Box, int]]] = defaultdict(list)
    for (frame, detection), track in zip(findings.detections, findings.track_of):
        if detection.box and track:
            followed[frame].append((detection.box, track))
    found: list[int] = []
    for look in looks:
        free = list(followed[look.frame])
        for one in look.boxes:
            on = [each for each in free if one.box and _is_same(each[0], one.box)]
            found.append(on[0][1] if on else 0)
            free = [each for each in free if each not in on[:1]]
    return tuple(found)


def _is_same(one: Box, other: Box) -> bool:
    return one.contains_middle(other) or other.contains_middle(one)


def _numbered(
    findings: Findings,
    encounters: Sequence[tuple[Encounter, bytes]],
    raised: Sequence[int],
    verification: Verification,
) -> Findings:
    """Number the encounters anew in the order of their frames, with their pictures.

    What scored below the threshold beside a moment that is an encounter now is part of
    that.
    """
    ordered = sorted(encounters, key=lambda each: each[0].first_frame)
    numbered = [replace(one, number=n) for n, (one, _) in enumerate(ordered, 1)]
    pictures = {n: picture for n, (_, picture) in enumerate(ordered, 1) if picture}
    alone = [e for e in findings.below if not any(_share(e, o) for o in numbered)]
    below = [replace(one, number=n) for n, one in enumerate(alone, len(numbered) + 1)]
    for old, new in zip(alone, below):
        if old.number in findings.snapshots:
            pictures[new.number] = findings.snapshots[old.number]
    return replace(
        findings,
        encounters=tuple(numbered),
        below=tuple(below),
        snapshots=pictures,
        moments=tuple(m for m in findings.moments if m.number not in raised),
        moment_pictures={
            number: picture
            for number, picture in findings.moment_pictures.items()
            if number not in raised
        },
        seconds=findings.seconds + verification.seconds,
        verification=verification,
    )


def _share(one: Encounter, other: Encounter) -> bool:
    starts_before = one.first_frame <= other.last_frame
    return starts_before and other.first_frame <= one.last_frame
