"""What scored below the threshold is kept, and counts nowhere."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from analysis.config import AnalysisConfig, DetectorConfig
from analysis.frames.condition import Mark
from analysis.frames.frames import Frame
from analysis.look.lower import Lower, LowerFindings
from analysis.models import Seen
from analysis.values.seen import COUNTED, STATIC, Detection, Encounter
from tests.analysis.made_record import encounter

NOTHING = np.zeros((2, 3, 3), np.uint8)


def kept(
    scores: Sequence[float],
    above: Sequence[Encounter] = (),
    *,
    uniqueness: float = 5.0,
    marks: Sequence[Mark] = (),
) -> LowerFindings:
    """What is kept of frames with these scores, threshold 0.5."""
    config = AnalysisConfig(detector=DetectorConfig(threshold=0.5, keep_above=0.3))
    lower = Lower(config, 1.0, require_motion=True)
    for index, score in enumerate(scores):
        found = (Detection("fish", score),)
        mark = marks[index] if marks else Mark()
        parts = (found if score > 0.5 else (), found if 0.3 < score <= 0.5 else ())
        lower.feed(Frame(index, NOTHING, None, mark), Seen(score, *parts))
    return lower.finish(above, [uniqueness] * len(scores))


def spans(found: LowerFindings) -> list[tuple[int, int, int]]:
    """The number and the ends of each encounter."""
    return [(e.number, e.first_frame, e.last_frame) for e in found["below"]]


def test_low_frames_alone_make_an_encounter_of_their_own() -> None:
    """Numbered behind those above; where one of those lies within, there is none."""
    scores = [0.4, 0.35, 0.1, 0.4, 0.6, 0.4, 0.2, 0.45]
    found = kept(scores, [encounter(1, 4, 4)])

    assert spans(found) == [(2, 0, 1), (3, 7, 7)]
    assert {e.status for e in found["below"]} == {"below"}
    assert found["below"][0].best_frame == 0
    assert found["kept_above"] == 0.3


@pytest.mark.parametrize(("uniqueness", "status"), [(5.0, COUNTED), (0.1, STATIC)])
def test_it_is_kept_what_it_would_be(uniqueness: float, status: str) -> None:
    """Of what moves, and of a still scene."""
    (found,) = kept([0.4, 0.4], uniqueness=uniqueness)["below"]

    assert (found.status, found.would_be) == ("below", status)


def test_damaged_frames_make_none_here_either() -> None:
    """And none goes on over missing frames."""
    smeared, late = Mark(is_trusted=False), Mark(after_hole=True)
    found = kept([0.4, 0.1, 0.4, 0.4], marks=[smeared, Mark(), Mark(), late])

    assert spans(found) == [(1, 2, 2), (2, 3, 3)]
