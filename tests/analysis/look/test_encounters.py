"""From frames to encounters."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.frames.condition import Mark
from analysis.look.encounters import EncounterBuilder, SeenFrame
from analysis.values.seen import Box, Detection, Encounter

FISH = Detection("fish", 0.9, Box(0.1, 0.1, 0.2, 0.1))


def track(targets: list[int], *, gap: int = 0) -> list[Encounter]:
    """The encounters of a clip with so many targets in each frame."""
    builder = EncounterBuilder(gap_frames=gap)
    found = [
        builder.feed(SeenFrame(index, (FISH,) * count, None))
        for index, count in enumerate(targets)
    ]
    return [e for e in (*found, builder.finish()) if e is not None]


@pytest.mark.parametrize(
    ("targets", "gap", "spans"),
    [
        ([0, 0, 0], 0, []),
        ([1], 0, [(0, 0)]),
        ([0, 1, 1, 0, 1], 0, [(1, 2), (4, 4)]),
        ([1, 0, 1], 0, [(0, 0), (2, 2)]),
        ([1, 0, 1], 1, [(0, 2)]),
        ([1, 0, 0, 1], 1, [(0, 0), (3, 3)]),
        ([1, 1, 1], 0, [(0, 2)]),
        ([0, 1, 0, 0, 0], 2, [(1, 1)]),
    ],
)
def test_a_fish_is_new_when_the_frame_before_had_none(
    targets: list[int], gap: int, spans: list[tuple[int, int]]
) -> None:
    """Frames that follow each other, but for the gap, are one encounter."""
    found = track(targets, gap=gap)

    assert [(e.first_frame, e.last_frame) for e in found] == spans
    assert [e.number for e in found] == list(range(1, len(spans) + 1))


def marked(marks: list[Mark], counts: list[int], gap: int = 5) -> list[Encounter]:
    """The encounters of frames with these marks, and so many targets in each."""
    builder = EncounterBuilder(gap_frames=gap)
    found = [
        builder.feed(SeenFrame(index, (FISH,) * count, None, mark))
        for index, (mark, count) in enumerate(zip(marks, counts))
    ]
    return [e for e in (*found, builder.finish()) if e is not None]


SOUND, SMEARED, LATE = Mark(), Mark(is_trusted=False), Mark(after_hole=True)


@pytest.mark.parametrize("counts", [[1, 1, 1, 1], [1, 0, 1, 1], [1, 1, 0, 1]])
def test_an_encounter_does_not_bridge_a_hole(counts: list[int]) -> None:
    """Nobody knows what swam by while frames are missing."""
    found = marked([SOUND, SOUND, LATE, SOUND], counts)

    assert [e.last_frame < 2 for e in found] == [True, False]
    assert [e.number for e in found] == [1, 2]


@pytest.mark.parametrize(
    ("marks", "spans"),
    [
        ([SMEARED] * 4, []),
        ([SMEARED, SMEARED, SOUND, SMEARED], [(0, 3)]),
        ([SOUND, SOUND, Mark(is_trusted=False, after_hole=True), SMEARED], [(0, 1)]),
    ],
)
def test_smeared_frames_alone_make_no_encounter(
    marks: list[Mark], spans: list[tuple[int, int]]
) -> None:
    """With a sound one they do, and it is the best one; they do not count fish."""
    found = marked(marks, [3, 3, 1, 3])

    assert [(e.first_frame, e.last_frame) for e in found] == spans
    assert all(marks[e.best_frame].is_trusted for e in found)
    assert [e.max_n for e in found if e.last_frame == 3] in ([], [1])


def test_a_model_of_whole_frames_cannot_count() -> None:
    """It says that there are fish, not how many."""
    builder = EncounterBuilder(gap_frames=0)
    builder.feed(SeenFrame(0, (Detection("fish", 0.9),), None))
    met = builder.finish()

    assert met is not None
    assert met.max_n is None


def test_max_n_is_the_most_in_any_one_frame() -> None:
    """Three fish in one frame and two in the next were at least three."""
    (encounter,) = track([1, 3, 2])

    assert encounter.max_n == 3


def test_the_best_frame_has_the_top_score() -> None:
    """The snapshot shows what the score is of."""
    builder = EncounterBuilder(gap_frames=0)
    best = []
    for index, score in enumerate([0.6, 0.8, 0.7]):
        builder.feed(SeenFrame(index, (Detection("fish", score),), None))
        best.append(builder.is_best)
    encounter = builder.finish()

    assert best == [True, True, False]
    assert encounter and (encounter.best_frame, encounter.score) == (1, 0.8)


def test_the_label_is_that_of_the_most_score() -> None:
    """Two sure frames outweigh one surer one."""
    builder = EncounterBuilder(gap_frames=0)
    for index, (label, score) in enumerate(
        [("eel", 0.9), ("dace", 0.8), ("dace", 0.7)]
    ):
        builder.feed(SeenFrame(index, (Detection(label, score),), None))
    encounter = builder.finish()

    assert encounter and (encounter.label, encounter.score) == ("dace", 0.9)


def test_the_species_is_that_of_the_encounter_as_a_whole() -> None:
    """One odd frame does not name the fish; the mean over its frames does."""
    builder = EncounterBuilder(gap_frames=0, species=("chub", "trout"))
    for index, chub in enumerate([0.6, 0.1, 0.2]):
        species = np.array([chub, 1 - chub], np.float32)
        builder.feed(SeenFrame(index, (FISH,), species))
    encounter = builder.finish()

    assert encounter and encounter.species == "trout"
    assert encounter.species_score == pytest.approx(0.7, abs=1e-6)
