"""What counts: made scenes, looked at by a model that calls red pictures fish."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

import cv2
import numpy as np
import pytest

from analysis.frames.frames import Frame
from analysis.frames.halving import Image
from analysis.look.moments import MOST
from analysis.look.recent import Recent
from tests.analysis.look.scenes import Look, judged, look, river

__all__ = ["look"]


def test_a_fish_that_passes_counts(look: Look) -> None:
    """It is unique, and the model does not see one in the water without it."""
    findings = look(river(90, lambda n: (40, 50) if n == 50 else None))

    assert judged(findings) == [(50, "counted", "")]
    (encounter,) = findings.encounters
    assert encounter.uniqueness and encounter.uniqueness > 5
    assert encounter.background_score and encounter.background_score < 0.2
    assert encounter.score - encounter.background_score >= 0.35
    assert encounter.zoom_gain and encounter.zoom_gain > 0.5
    assert encounter.elongation and encounter.elongation > 2
    assert findings.blind_frames == 0


def test_fish_that_pass_all_the_time_count(look: Look) -> None:
    """They are not part of the background, of which each frame has another part."""
    places = [(30, 20), (80, 90), (50, 55), (70, 10), (35, 80)]
    findings = look(
        river(120, lambda n: places[n // 4 % 5] if n % 4 == 1 else None), 1.0
    )

    statuses = [e.status for e in findings.encounters]
    assert len(statuses) == 30
    assert set(statuses) == {"counted", "doubtful"}
    assert statuses.count("counted") > 20


@pytest.mark.parametrize("flicker", [0, 8])
def test_a_scene_that_is_always_called_a_fish_does_not_count(
    look: Look, flicker: float
) -> None:
    """The model says the same of the background; these minutes are blind."""
    findings = look(river(90, red=14, flicker=flicker))

    assert findings.encounters
    assert findings.counted == ()
    assert findings.fish_frames == findings.max_n == 0
    assert findings.blind_frames == 90


@pytest.mark.parametrize(
    ("first", "end"), [(100, 122), (100, 190), (100, 300), (20, 280), (0, 280)]
)
def test_a_fish_that_holds_its_place_counts(look: Look, first: int, end: int) -> None:
    """It is its own background, but news to the calm water before and after it.

    It is the whole clip's, too, if it stays for more than a half of that. The model is
    not blind there: it calls no empty water a fish.
    """
    findings = look(river(300, lambda n: (50, 50) if first <= n < end else None))

    assert judged(findings) == [(first, "counted", "")]
    assert findings.blind_frames == 0


def test_a_fish_that_holds_its_place_beside_others_is_shown(look: Look) -> None:
    """Others pass before and after it; to the whole clip it is news, for a person."""

    def there(n: int) -> Optional[tuple[int, int]]:
        if 100 <= n < 190:
            return 50, 50
        is_beside = 95 < n < 195
        return (n * 7 % 60 + 20, 90) if n % 6 == 0 and not is_beside else None

    findings = look(river(300, there))

    assert (100, "doubtful", "whole_clip") in judged(findings)


@pytest.mark.parametrize(("level", "status"), [(True, "doubtful"), (False, "counted")])
def test_what_hangs_is_no_fish_before_a_level_camera(
    look: Look, level: bool, status: str
) -> None:
    """Elongation speaks only where fish swim level in the picture."""
    hanging = river(
        90, lambda n: (80, 20) if n == 50 else None, shape=(18, 56), colour=(0, 0, 255)
    )
    (encounter,) = look(hanging, level_camera=level).encounters

    assert encounter.status == status
    assert encounter.decided_by == ("elongation" if level else "")
    assert encounter.elongation and encounter.elongation < 1


def test_light_that_changes_is_nothing(look: Look) -> None:
    """Clouds move nothing, neither slowly nor at once."""
    light = 30 * np.sin(np.arange(120) / 9) + 15 * (np.arange(120) > 60)
    pictures = [
        np.clip(picture + change, 0, 255).astype(np.uint8)
        for picture, change in zip(river(120), light)
    ]
    findings = look(pictures)

    assert findings.encounters == ()
    assert findings.moments == ()


def passing() -> Iterator[Image]:
    """A river in which something grey passes that no model calls a fish."""
    return river(
        90,
        lambda n: (n * 20 - 900, 60) if 48 <= n < 51 else None,
        shape=(24, 8),
        colour=(50, 50, 50),
    )


def test_what_moved_and_was_not_called_is_a_moment(look: Look) -> None:
    """With its frames, its place, its picture, and nothing of it in a count."""
    findings = look(passing())

    (moment,) = findings.moments
    assert (moment.first_frame, moment.last_frame) == (48, 50)
    assert moment.elongation > 1.5
    assert moment.box.y <= 64 / 120 <= moment.box.y + moment.box.height
    assert findings.moment_pictures[1].startswith(b"\xff\xd8")
    assert findings.encounters == ()


def test_the_picture_of_a_moment_is_plain(look: Look) -> None:
    """A line around a small fish would hide it; its outline is told apart."""
    findings = look(passing())
    picture = np.frombuffer(findings.moment_pictures[1], np.uint8)
    blue, _, red = cv2.split(cv2.imdecode(picture, cv2.IMREAD_COLOR).astype(int))

    assert abs(red - blue).max() < 90  # a yellow line has 190
    corners = findings.moments[0].outline.split()
    assert len(corners) > 3
    assert all(450 < int(corner.split(",")[1]) < 650 for corner in corners)


def test_a_moment_within_an_encounter_is_left_out(look: Look) -> None:
    """A person sees it there."""
    findings = look(river(90, lambda n: (40, 50) if n == 50 else None))

    assert findings.moments == ()


def test_moments_are_bounded_in_number(look: Look) -> None:
    """However much drifts by; the most promising are kept, in order of time."""
    random = np.random.default_rng(4)
    places = [(int(x), int(y)) for x, y in random.integers(5, 90, (600, 2))]
    drifting = river(
        600,
        lambda n: places[n] if n % 5 == 0 else None,
        shape=(8, 5),
        colour=(20, 20, 20),
    )
    findings = look(drifting)

    firsts = [moment.first_frame for moment in findings.moments]
    assert len(firsts) == len(findings.moment_pictures) == MOST
    assert firsts == sorted(firsts)


@pytest.mark.parametrize("frames", [1, 2, 12, 40])
def test_a_short_clip_is_judged_by_what_there_is(look: Look, frames: int) -> None:
    """Of a fish that is there from first to last nothing is known."""
    findings = look(river(frames, lambda _: (40, 50)))

    assert judged(findings) == [(0, "static", "uniqueness")]


def test_a_fast_clip_is_measured_in_seconds(look: Look) -> None:
    """At five frames a second a fish of six seconds is no background."""
    findings = look(river(450, lambda n: (40, 50) if 250 <= n < 280 else None), 5.0)

    assert judged(findings) == [(250, "counted", "")]


def test_the_size_may_change_within_a_clip(look: Look) -> None:
    """As adaptive cameras do; what follows is measured against its own size."""
    pictures = list(river(120, lambda n: (40, 50) if n in (30, 90) else None))
    pictures[60:] = [picture[::2, ::2].copy() for picture in pictures[60:]]

    assert judged(look(pictures)) == [(30, "counted", ""), (90, "counted", "")]


def test_a_halved_picture_has_a_background_of_its_size() -> None:
    """Where many encounters wait, those after the first have halved pictures."""
    recent, whole = Recent(), np.full((40, 60, 3), 7, np.uint8)
    for index in range(30):
        recent.add(Frame(index, whole), None)  # type: ignore[arg-type]

    small = np.zeros((20, 30, 3), np.uint8)
    empty = recent.around(15).picture(slice(5, 15), slice(0, 30), small)

    np.testing.assert_array_equal(empty, whole[:10, :30])


def test_the_pictures_in_memory_are_bounded_and_small() -> None:
    """However long the clip is, and however large its frames are."""
    recent, large = Recent(), np.zeros((1080, 1920, 3), np.uint8)
    for index in range(100):
        recent.add(Frame(index, large), None)  # type: ignore[arg-type]

    around = recent.around(70)
    assert [sample.frame - 70 for sample in around.beside] == [
        *(-16, -12, -9, -6, -3, 3, 6, 9, 12, 16, 20)
    ] or len(around.beside) == 12
    assert {sample.picture.shape for sample in around.beside} == {(540, 960, 3)}
    assert recent.at(0).frame > 30
