"""The questions: which frames of a clip the verifier looks at, within its budget.

An item is an encounter, or a moment that lies in none. Doubtful encounters are asked
about first, then those that count, then moments, those first that a person should look
at first, and what is static last. Within each kind the best frame of all comes first,
then a few beside it, spread over the item. What is left of the budget goes to more
frames of encounters that are doubtful or count: where most are together is not known
before. A frame that damage may have spoilt says nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from analysis.values.job import Findings
from analysis.values.seen import COUNTED, DOUBTFUL, STATIC, Encounter, Moment
from analysis.values.verifying import ENCOUNTER, MOMENT, Item

FRAMES = 9
"""So many frames of an item are looked at before more of another are."""

_MORE = 2048  # frames of an encounter
_MOST_SPREAD = 1024
_ORDER = (DOUBTFUL, COUNTED, MOMENT, STATIC)


@dataclass(frozen=True)
class Questions:
    """What is to be asked about a clip.

    Attributes:
        items: what is asked, the most urgent first, each with the frames for which
            there is room in the budget.
        of: how many items there are in all; the others are beyond the budget.
    """

    items: tuple[Item, ...]
    of: int


def questions(findings: Findings, frames_per_hour: float) -> Questions:
    """Choose what the verifier looks at.

    Args:
        findings: what was seen in the clip.
        frames_per_hour: how many frames of an hour of footage it may look at.
    """
    kinds = _items(findings)
    chosen: dict[int, list[int]] = {}
    looked: set[int] = set()
    budget = math.ceil(_hours(findings) * frames_per_hour)
    items = [item for kind in kinds for item in kind]
    for turns in (range(FRAMES), range(FRAMES, _MORE)):
        place = 0
        for kind in kinds:
            _choose(kind, place, chosen, (looked, budget), turns)
            place += len(kind)
    asked = [replace(items[n], frames=tuple(chosen[n])) for n in sorted(chosen)]
    return Questions(tuple(asked), len(items))


def _choose(
    kind: Sequence[Item],
    place: int,
    chosen: dict[int, list[int]],
    room: tuple[set[int], int],
    turns: range,
) -> None:
    """Choose the frames of items of one kind: the best of each, then the next of each.

    Args:
        kind: the items.
        place: the number of the first of them.
        chosen: takes the frames of each item.
        room: the frames that are looked at, and how many they may be.
        turns: which of the frames of each item, by their order in it.
    """
    looked, budget = room
    for turn in turns:
        for number, item in enumerate(kind, place):
            if turn >= len(item.frames):
                continue
            frame = item.frames[turn]
            if frame in looked or len(looked) < budget:
                looked.add(frame)
                chosen.setdefault(number, []).append(frame)


def _hours(findings: Findings) -> float:
    """Return how long the clip is."""
    frames, times = len(findings.scores), findings.times
    if times is None or not frames:
        return frames / findings.framerate / 3600
    return (float(times[-1]) / 1000 + 1 / findings.framerate) / 3600


def _items(findings: Findings) -> list[list[Item]]:
    """Return what can be asked about, kind by kind in their order."""
    kinds: dict[str, list[Item]] = {kind: [] for kind in _ORDER}
    moments = sorted(findings.moments, key=lambda moment: -moment.weight)
    alone = [m for m in moments if not any(_meet(m, e) for e in findings.encounters)]
    for encounter in findings.encounters:
        within = [m.best_frame for m in moments if _meet(m, encounter)]
        kinds[encounter.status].append(_encounter(findings, encounter, within))
    kinds[MOMENT] = [_moment(findings, moment) for moment in alone]
    return [kinds[kind] for kind in _ORDER]


def _encounter(findings: Findings, encounter: Encounter, within: list[int]) -> Item:
    first, last = encounter.first_frame, encounter.last_frame
    of_frames = not any(box for box in _boxes(findings, first, last).values())
    wanted = [encounter.best_frame, *_fullest(findings, first, last)]
    wanted += [frame for frame in within if first <= frame <= last]
    return Item(
        what=ENCOUNTER,
        number=encounter.number,
        frames=_sound(findings, wanted, first, last)[: _most(encounter)],
        species=encounter.species if of_frames else "",
        species_score=encounter.species_score if of_frames else None,
    )


def _most(encounter: Encounter) -> int:
    """Return how many frames of an encounter may be looked at."""
    return FRAMES if encounter.status == STATIC else _MORE


def _moment(findings: Findings, moment: Moment) -> Item:
    first, last = moment.first_frame, moment.last_frame
    frames = _sound(findings, [moment.best_frame], first, last)[:FRAMES]
    return Item(MOMENT, moment.number, frames, moment.box)


def _boxes(findings: Findings, first: int, last: int) -> dict[int, int]:
    """Count the boxes of the detector in each frame of a stretch."""
    boxes: dict[int, int] = {}
    for frame, detection in findings.detections:
        if first <= frame <= last and detection.box:
            boxes[frame] = boxes.get(frame, 0) + 1
    return boxes


def _fullest(findings: Findings, first: int, last: int) -> list[int]:
    """Return the frame of a stretch with the most boxes; none without boxes."""
    boxes = _boxes(findings, first, last)
    return [max(boxes, key=lambda frame: boxes[frame])] if boxes else []


def _sound(
    findings: Findings, wanted: Iterable[int], first: int, last: int
) -> tuple[int, ...]:
    """Return frames that can be trusted: those that are wanted, and some between."""
    trusted = findings.trusted
    last = min(last, len(findings.scores) - 1)
    frames = dict.fromkeys([*wanted, *_spread(first, last)])
    return tuple(f for f in frames if trusted is None or trusted[f])


def _spread(first: int, last: int) -> list[int]:
    """Return frames of a stretch in such an order that any of them are spread evenly.

    The middle comes first, then the middles of both halves, and so on.
    """
    found: dict[int, None] = {}
    parts = 1
    while len(found) <= last - first and parts <= _MOST_SPREAD:
        step = (last - first) / parts
        for part in range(parts):
            found[first + round(step * (part + 0.5))] = None
        parts *= 2
    return list(found)


def _meet(moment: Moment, encounter: Encounter) -> bool:
    starts_before = moment.first_frame <= encounter.last_frame
    return starts_before and encounter.first_frame <= moment.last_frame
