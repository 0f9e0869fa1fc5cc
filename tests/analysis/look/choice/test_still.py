"""Which frames are so like the last one looked at that they need not be."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.frames.condition import Mark
from analysis.frames.frames import Frame
from analysis.frames.halving import Image
from analysis.look.choice.still import Stillness, cells_of
from tests.analysis.look.choice.conftest import (
    SIDE,
    Look,
    bed,
    ends,
    looked,
    with_fish,
)


def changed(by: int, x: int = 64) -> Image:
    """The bed, of which a piece is brighter."""
    picture = bed()
    picture[60:70, x : x + 10] += by
    return picture


@pytest.mark.parametrize(("by", "there"), [(1, [0]), (4, [0, 20])])
def test_a_frame_is_looked_at_if_a_part_has_changed(
    look: Look, by: int, there: list[int]
) -> None:
    """By more than so many grey levels."""
    findings = look([bed()] * 20 + [changed(by)] * 20, below=2)

    assert looked(findings) == there
    assert len(findings.scores) == len(findings.motion) == 40


def test_what_changes_slowly_has_changed_in_the_end(look: Look) -> None:
    """It is compared with the last frame looked at, and not with the one before."""
    slow = [changed(n // 5) for n in range(30)]

    assert looked(look(slow, below=2)) == [0, 15]


@pytest.mark.parametrize(("by", "there"), [(6, [0]), (10, [0, 20])])
def test_light_alone_is_no_change(look: Look, by: int, there: list[int]) -> None:
    """As long as it changes little: in the dark the same fish scores otherwise."""
    assert looked(look([bed()] * 20 + [bed() + by] * 20, below=2)) == there


def test_what_is_seen_begins_and_ends_with_frames_that_were_looked_at(
    look: Look,
) -> None:
    """The frame beside each end, too; all between have what was seen there."""
    findings = look([bed()] * 20 + [with_fish()] * 10 + [bed()] * 10, below=2)

    assert looked(findings) == [0, 19, 20, 29, 30]
    assert ends(findings) == [(20, 29)]
    assert [frame for frame, _ in findings.detections] == list(range(20, 30))
    plain = look([bed()] * 20 + [with_fish()] * 10 + [bed()] * 10)
    assert plain.reused is None
    assert np.array_equal(plain.scores, findings.scores)


def test_what_is_only_kept_begins_and_ends_so_too(look: Look) -> None:
    """What scores below the threshold may count with another one."""
    faint = bed()
    faint[40:64, 40:64] = (0, 0, 255)
    findings = look([bed()] * 12 + [faint] * 9 + [bed()] * 9, below=2)

    (met,) = findings.below
    assert not findings.detections
    assert [frame for frame, _ in findings.lower] == list(range(12, 21))
    assert (met.first_frame, met.last_frame) == (12, 20)
    assert {11, 12, 20, 21} <= set(looked(findings))
    assert len(looked(findings)) < 10


@pytest.mark.parametrize("ahead", [1, 2, 3, 8])
def test_an_end_that_came_too_softly_is_looked_for(look: Look, ahead: int) -> None:
    """As far back as frames are valid; what is left of the encounter was seen."""
    fish = with_fish()
    pale = np.stack([_grey(fish)] * 3, axis=2)
    pictures = [bed()] + [fish] * 9 + [pale] * 4 + [changed(4)] * 6

    findings = look(pictures, below=2, ahead=ahead)

    ((first, last),) = ends(findings)
    assert first == 1
    assert last <= 10
    assert not any(frame > last for frame, _ in findings.detections)


def _grey(picture: Image) -> Image:
    """What OpenCV makes of colours, so that the brightness stays."""
    blue, green, red = (picture[..., n].astype(np.float32) for n in range(3))
    grey: Image = np.rint(0.114 * blue + 0.587 * green + 0.299 * red).astype(np.uint8)
    return grey


def test_the_last_frame_is_looked_at_where_a_fish_is_in_it(look: Look) -> None:
    """And the last one before a hole, where the encounter ends."""
    marks = [Mark(after_hole=n == 12) for n in range(20)]
    findings = look([with_fish()] * 20, below=2, marks=marks)

    assert looked(findings) == [0, 11, 12, 19]
    assert ends(findings) == [(0, 11), (12, 19)]
    assert looked(look([bed()] * 20, below=2, marks=marks)) == [0, 12]


def test_nothing_is_reused_across_damage(look: Look) -> None:
    """Neither of a smeared frame for a sound one, nor the other way round."""
    marks = [Mark(is_trusted=n not in (5, 6, 7)) for n in range(12)]

    assert looked(look([bed()] * 12, below=2, marks=marks)) == [0, 5, 8]


def test_a_frame_of_another_size_is_looked_at(look: Look) -> None:
    """Its cells are others."""
    small = np.ascontiguousarray(bed()[::2, ::2])

    assert looked(look([bed()] * 5 + [small] * 5, below=2)) == [0, 5]


def test_something_is_looked_at_now_and_then(look: Look) -> None:
    """A camera that hangs, or a fish that hardly shows, is not believed for ever."""
    assert looked(look([bed()] * 620, below=2)) == [0, 300, 600]


@pytest.mark.parametrize(("fit", "there"), [("crop", [0]), ("stretch", [0, 10])])
def test_only_what_the_detector_sees_is_compared(
    look: Look, fit: str, there: list[int]
) -> None:
    """What passes at the side says nothing of what a model sees in the middle."""
    wide = np.concatenate([bed(), bed()], axis=1)
    other = wide.copy()
    other[40:80, :20] += 60

    assert looked(look([wide] * 10 + [other] * 10, below=2, fit=fit)) == there


def test_near_the_threshold_less_is_enough() -> None:
    """A picture with any noise is looked at again then."""
    still, cells = Stillness(2.0, 0.5), cells_of(Frame(0, bed()), (0, 0, SIDE, SIDE))
    other = cells.copy()
    other[3, 4] += 0.8
    for score, is_changed in ((0.1, False), (0.3, True), (0.7, True), (0.9, False)):
        still.look(cells, score)
        assert still.is_changed(other) is is_changed


def test_restless_water_must_move_further_than_usual() -> None:
    """Up to two and a half times the limit; quiet water beside it has the plain one."""
    dice = np.random.default_rng(1)
    still, bare = Stillness(2.0, 0.5), np.full((28, 28), 100, np.float32)
    still.look(bare, 0.0)
    for _ in range(200):
        waves = bare.copy()
        waves[:, :14] += dice.normal(0, 1, (28, 14)).astype(np.float32)
        still.is_changed(waves)
    for column, by, is_changed in (
        (5, 4.5, False),
        (5, 5.5, True),
        (20, 1.5, False),
        (20, 2.5, True),
    ):
        other = bare.copy()
        other[5, column] += by
        assert still.is_changed(other) is is_changed
