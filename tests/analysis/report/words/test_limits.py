"""The limits: what cannot be known of the way in which it was counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest

from analysis.record.file.reader import reading
from analysis.record.results import Results
from analysis.record.store import Store
from analysis.report.words.limits import limits
from tests.analysis.made_record import (
    FACTS,
    NOW,
    SETTINGS,
    clip,
    encounter,
    open_record,
    seen,
)


def told(folder: Path, *, facts: dict[str, Any], **more: Any) -> str:
    """The limits of one clip, looked at with such settings."""
    with Store(folder / "weir.sqlite") as store:
        settings = {**SETTINGS, "detector": {**FACTS, **facts}, **more}
        store.commit(clip(1), store.run(settings, NOW), seen(), NOW)
    with reading(store.path) as db:
        return "\n".join(limits(Results(db)))


def test_a_whole_frame_model_has_its_limits(tmp_path: Path) -> None:
    """It cannot count, sees the middle alone, and what stays is background."""
    words = told(tmp_path, facts={"kind": "classifier"}, level_camera=True)

    assert "cannot tell how many fish" in words
    assert "only the middle square of the frame, 67 %" in words
    assert "holds its place for a whole clip" in words
    assert "swim level" in words
    assert "Of 1 clip it is not known at what time of day" in words


@pytest.mark.parametrize(
    ("level", "said", "other"),
    [(True, "swim level", "any shape"), (False, "any shape", "swim level")],
)
def test_it_says_whether_shape_was_asked(
    tmp_path: Path, level: bool, said: str, other: str
) -> None:
    """A run says it, because counts of both kinds are not alike."""
    words = told(tmp_path, facts={"kind": "classifier"}, level_camera=level)

    assert said in words
    assert other not in words


def test_a_limit_that_is_none_is_not_told(tmp_path: Path) -> None:
    """A box detector that sees the whole frame counts what holds its place, too."""
    words = told(
        tmp_path, facts={"kind": "ssd", "fit": "stretch"}, require_motion=False
    )

    assert "An encounter is a visit" in words
    for other in ("how many fish", "middle square", "holds its place", "swim level"):
        assert other not in words


@pytest.mark.parametrize(
    ("reused", "said"),
    [
        (None, "The model looked at every frame."),
        ([0, 1, 1, 1, 2, 0, 2, 2, 2, 2], "The model looked at 20 % of the frames"),
    ],
)
def test_it_says_at_how_many_frames_the_model_looked(
    tmp_path: Path, reused: Optional[list[int]], said: str
) -> None:
    """At all of them, or at a share."""
    outcome = seen([encounter(1, 0, 5)])
    assert outcome.findings
    marks = None if reused is None else np.array(reused, np.uint8)
    outcome = replace(outcome, findings=replace(outcome.findings, reused=marks))
    with Store(tmp_path / "weir.sqlite") as store:
        store.commit(clip(1), store.run(SETTINGS, NOW), outcome, NOW)
    with reading(store.path) as db:
        assert said in "\n".join(limits(Results(db)))


def test_nothing_has_no_limits(tmp_path: Path) -> None:
    """An empty record."""
    open_record(tmp_path)[0].close()
    with reading(tmp_path / "weir.sqlite") as db:
        assert limits(Results(db)) == []
