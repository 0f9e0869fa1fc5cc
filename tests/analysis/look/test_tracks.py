"""Boxes of following frames are one individual's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import numpy as np
import pytest

from analysis.frames.condition import Mark
from analysis.look.tracking.distances import Array, Distance, Expected
from analysis.look.tracks import Tracker
from analysis.values.seen import Box, Detection, Track

SIZE = (720, 480)
RATES = [1.0, 25.0]
At = Optional[tuple[float, float]]
"""Where a fish is in a frame; None where it is not seen."""


def fish(place: tuple[float, float], species: str = "dace") -> Detection:
    """A fish of a tenth of the frame's width, by its middle."""
    x, y = place
    return Detection("fish", 0.9, Box(x - 0.05, y - 0.03, 0.1, 0.06), species, 0.8)


def swim(count: int, start: At, end: At) -> list[At]:
    """Evenly from one place to another."""
    assert start
    assert end
    ways = np.linspace(start, end, count)
    return [(float(x), float(y)) for x, y in ways]


def follow(
    framerate: float,
    *paths: Sequence[At],
    species: Sequence[str] = ("dace", "dace"),
    marks: Sequence[Mark] = (),
    distance: Optional[Distance] = None,
) -> tuple[list[list[int]], tuple[Track, ...]]:
    """The number of each fish in each frame in which it is seen, and all tracks."""
    tracker = Tracker(framerate, distance)
    numbers: list[list[int]] = [[] for _ in paths]
    for frame, places in enumerate(zip(*paths)):
        there = [(n, place) for n, place in enumerate(places) if place]
        order = there if frame % 2 else there[::-1]  # boxes come in any order
        found = [fish(place, species[n]) for n, place in order]
        mark = marks[frame] if marks else Mark()
        for (n, _), number in zip(order, tracker.feed(frame, found, SIZE, mark)):
            numbers[n].append(number)
    return numbers, tracker.finish()


@pytest.mark.parametrize("rate", RATES)
def test_a_fish_has_one_track(rate: float) -> None:
    """With where it came in, and where it went out."""
    path = swim(12, (0.1, 0.5), (0.7, 0.4))
    numbers, (track,) = follow(rate, path)

    assert set(numbers[0]) == {track.number}
    assert (track.first_frame, track.last_frame, track.frames) == (0, 11, 12)
    assert (track.label, track.species, track.score) == ("fish", "dace", 0.9)
    assert (track.entry, track.exit) == (fish((0.1, 0.5)).box, fish((0.7, 0.4)).box)


@pytest.mark.parametrize("species", [("dace", "dace"), ("trout", "eel")])
@pytest.mark.parametrize("rate", RATES)
def test_fish_that_cross_stay_themselves(rate: float, species: tuple[str, str]) -> None:
    """Each swims on as before; of one kind, and of two."""
    there = swim(20, (0.2, 0.5), (0.8, 0.5))
    back = swim(20, (0.8, 0.5), (0.2, 0.5))
    numbers, tracks = follow(rate, there, back, species=species)

    assert [len(set(each)) for each in numbers] == [1, 1]
    assert numbers[0][0] != numbers[1][0]
    assert sorted(track.species for track in tracks) == sorted(species)


@pytest.mark.parametrize("rate", RATES)
def test_a_fish_that_is_not_seen_is_waited_for(rate: float) -> None:
    """For some frames; later it is another visit."""
    path: list[At] = [*swim(40, (0.2, 0.5), (0.7, 0.5))]
    short, long = list(path), list(path)
    short[8:10] = [None] * 2
    long[8:36] = [None] * 28

    assert len(follow(rate, short)[1]) == 1
    assert len(follow(rate, long)[1]) == 2


def test_frames_that_are_missing_end_every_track() -> None:
    """Nobody knows what swam by."""
    path = swim(10, (0.4, 0.5), (0.5, 0.5))
    marks = [Mark(after_hole=frame == 5) for frame in range(10)]

    assert follow(1, path, marks=marks)[0] == [[1] * 5 + [2] * 5]


def test_a_smeared_picture_is_passed_over() -> None:
    """Its boxes are nobody's."""
    path = swim(10, (0.4, 0.5), (0.5, 0.5))
    marks = [Mark(is_trusted=frame != 5) for frame in range(10)]

    assert follow(1, path, marks=marks)[0] == [[1] * 5 + [0] + [1] * 4]


def test_a_model_of_whole_frames_has_no_tracks() -> None:
    """There is nothing to follow."""
    tracker = Tracker(1)

    assert tracker.feed(0, [Detection("fish", 0.9)], SIZE, Mark()) == [0]
    assert tracker.finish() == ()


def test_a_track_has_the_name_that_it_was_called_most() -> None:
    """A slip of the classifier is none of it."""
    tracker = Tracker(1)
    for frame, species in enumerate(["dace", "eel", "dace"]):
        tracker.feed(frame, [fish((0.5, 0.5), species)], SIZE, Mark())

    assert [track.species for track in tracker.finish()] == ["dace"]


def too_far(expected: Expected, boxes: Array) -> Array:
    """A distance by which nobody is anybody."""
    return np.full((len(expected.boxes), len(boxes)), np.inf)


def test_another_distance_may_be_used() -> None:
    """By one that finds everything too far, nothing is followed."""
    path = swim(4, (0.4, 0.5), (0.5, 0.5))

    assert len(follow(1, path, distance=too_far)[1]) == 4


def test_of_a_crowd_so_many_are_awaited() -> None:
    """Boxes that come and go by hundreds do not fill the memory."""
    random = np.random.default_rng(1)
    tracker = Tracker(25, too_far)
    for frame in range(5):
        places = [(float(x), float(y)) for x, y in random.random((300, 2))]
        tracker.feed(frame, [fish(place) for place in places], SIZE, Mark())

        assert len(tracker.awaited) <= 600
