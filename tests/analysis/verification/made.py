"""Findings, and what a verifier says of them, made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from analysis.values.job import Findings
from analysis.values.seen import Box, Detection, Encounter, Moment
from analysis.values.verifying import Answers, Look
from analysis.verification.questions import questions
from analysis.verification.verdict import verified
from tests.analysis.made_record import seen

PLACE = Box(0.4, 0.4, 0.1, 0.1)
FAR = Box(0.8, 0.8, 0.1, 0.1)


def findings(
    encounters: Sequence[Encounter] = (),
    moments: Sequence[Moment] = (),
    **more: Any,
) -> Findings:
    """Those of a clip of a hundred frames, one a second."""
    found = seen(encounters, box=more.pop("box", None), frames=100).findings
    assert found
    pictures = {moment.number: b"moved" for moment in moments}
    return replace(found, moments=tuple(moments), moment_pictures=pictures, **more)


def moment(number: int, first: int, last: int, weight: float = 1.0) -> Moment:
    """A moment whose best frame is its first."""
    return Moment(number, first, last, first, PLACE, 3.0, 2.5, weight, 0.0)


def fish(box: Box = PLACE, score: float = 0.9, label: str = "fish") -> Detection:
    """A box of the verifier."""
    return Detection(label, score, box)


def after(found: Findings, seen_in: Mapping[int, Sequence[Detection]]) -> Findings:
    """What findings become where the verifier sees this, and nothing elsewhere."""
    asked = questions(found, 3600)
    frames = sorted({frame for item in asked.items for frame in item.frames})
    looks = tuple(
        Look(frame, 0.9 if seen_in.get(frame) else 0.1, tuple(seen_in.get(frame, ())))
        for frame in frames
    )
    pictures = dict.fromkeys(range(len(asked.items)), b"verified")
    return verified(found, asked, Answers(looks, pictures, 2.0))
