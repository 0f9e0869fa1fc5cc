"""Boxes of frames that nobody looked at."""

from __future__ import annotations

import numpy as np

from analysis.frames.halving import Image
from tests.analysis.look.choice.conftest import Look, bed, ends, looked


def dark() -> Image:
    """A bed that the model calls nothing."""
    return (bed() // 2).astype(np.uint8)


def with_spot(x: int) -> Image:
    """The bed, with something red of one of the model's cells, at a column of cells."""
    picture = dark()
    picture[48:64, 16 * x : 16 * x + 16] = (0, 0, 255)
    return picture


def test_a_fish_that_rests_keeps_its_track(look: Look) -> None:
    """However long, and when it swims on: nothing has changed in between."""
    columns = [1, 2, 3, *[3] * 60, 4, 5, 6]
    findings = look([with_spot(x) for x in columns], below=2, has_boxes=True)
    plain = look([with_spot(x) for x in columns], has_boxes=True)

    assert len(looked(findings)) < 10
    assert len(findings.tracks) == len(plain.tracks) == 1
    assert findings.tracks == plain.tracks
    assert findings.detections == plain.detections
    assert findings.track_of == plain.track_of
    assert [e.max_n for e in findings.encounters] == [1]


def test_a_fish_that_is_gone_is_not_awaited_for_ever(look: Look) -> None:
    """Frames that nobody looked at, because nothing changed, are time too."""
    empty = [dark()] * 30
    pictures = [with_spot(2)] * 3 + empty + [with_spot(2)] * 3
    findings = look(pictures, below=2, has_boxes=True)

    assert len(findings.tracks) == 2
    assert ends(findings) == [(0, 2), (33, 35)]


def test_of_many_frames_a_second_some_are_looked_at(look: Look) -> None:
    """All count; a fish that swims meanwhile is one, and ends where it was seen."""
    columns = [None] * 10 + [n // 6 for n in range(40)] + [None] * 16
    pictures = [dark() if x is None else with_spot(x) for x in columns]
    findings = look(pictures, rate=24, has_boxes=True, sample_fps=4)

    assert looked(findings) == list(range(0, 66, 6))
    assert len(findings.scores) == len(findings.visible) == len(findings.motion) == 66
    assert ends(findings) == [(12, 48)]
    assert {frame for frame, _ in findings.detections} == set(range(12, 49))
    (track,) = findings.tracks
    assert (track.first_frame, track.last_frame) == (12, 48)
    assert np.unique(findings.track_of).tolist() == [track.number]


def test_an_encounter_goes_on_between_the_frames_that_are_looked_at(
    look: Look,
) -> None:
    """And ends after the gap that the config allows, in seconds."""
    there = {*range(20, 41), *range(60, 71)}
    pictures = [with_spot(2) if n in there else dark() for n in range(100)]

    def found(**options: float) -> list[tuple[int, int]]:
        return ends(look(pictures, rate=25, has_boxes=True, sample_fps=5, **options))

    assert found() == [(20, 40), (60, 70)]
    assert found(encounter_gap_s=0.7) == [(20, 40), (60, 70)]
    assert found(encounter_gap_s=0.9) == [(20, 70)]


def test_what_is_not_due_is_not_looked_at_whatever_changes(look: Look) -> None:
    """And of what is due only what has changed: both keys together."""
    pictures = [with_spot(n % 3) for n in range(20)] + [dark()] * 30
    findings = look(pictures, below=2, rate=25, has_boxes=True, sample_fps=5)

    assert looked(findings) == [0, 5, 10, 15, 20]
    assert findings.reused is not None
    assert findings.reused[20:27].tolist() == [0, 2, 2, 2, 2, 1, 2]
