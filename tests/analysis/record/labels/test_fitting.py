"""Which clip a label means, and whether it still fits what was found there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.record.file.reader import reading
from analysis.record.labels.fitting import Clips, Fit, fit_of
from analysis.record.labels.labelbook import LabelBook
from analysis.record.labels.labeltable import Line
from analysis.record.results import Results
from analysis.values.label import FISH, NOT, WATCHED, Label
from tests.analysis.made_labels import HAD, said
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen, sha


@pytest.fixture
def clips(tmp_path: Path) -> Iterator[Clips]:
    """A record of three clips of ten frames; the last two have one name."""
    store, run = open_record(tmp_path)
    with store:
        store.commit(clip(1), run, seen([encounter(1, 2, 5)]), NOW)
        store.commit(clip(2), run, seen(), NOW)
        other = replace(clip(3), clip=clip(2).clip, camera="cam2")
        store.commit(other, run, seen(), NOW)
    with reading(tmp_path / "weir.sqlite") as db:
        yield Clips(db, Results(db))


def fitted(clips: Clips, label: Label) -> tuple[list[Label], list[str]]:
    """What becomes of one label."""
    lines, faults = clips.fit([Line(7, label, is_dated=True)])
    assert {f.number for f in faults} <= {7}
    return [line.label for line in lines], [fault.words for fault in faults]


def test_a_unique_name_stands_for_its_bytes(clips: Clips) -> None:
    """And what the machine had said is noted."""
    (label,), faults = fitted(clips, replace(said(FISH), sha256=""))

    assert faults == []
    assert (label.sha256, label.machine) == (sha(1), HAD)


def test_a_sha256_says_more_than_a_name(clips: Clips) -> None:
    """People rename files."""
    (label,), _ = fitted(clips, replace(said(NOT, number=3), clip="mine.h264"))

    assert (label.sha256, label.clip, label.machine) == (sha(3), clip(2).clip, None)


@pytest.mark.parametrize("name", ["\u00e9t\u00e9.mp4", "e\u0301te\u0301.mp4"])
def test_a_name_is_the_same_however_its_accents_are_written(
    tmp_path: Path, name: str
) -> None:
    """A Mac writes them in two letters, others in one."""
    store, run = open_record(tmp_path)
    with store:
        store.commit(replace(clip(1), clip="\u00e9t\u00e9.mp4"), run, seen(), NOW)
    with reading(tmp_path / "weir.sqlite") as db:
        label = replace(said(NOT), clip=name, sha256="")
        (found,), faults = fitted(Clips(db, Results(db)), label)

    assert (found.sha256, faults) == (sha(1), [])


def test_what_fits_no_clip_says_what_to_do(clips: Clips) -> None:
    """Two of a name are told apart by their sha256, which is given."""
    unknown = fitted(clips, replace(said(FISH, number=9), sha256=""))[1][0]
    strange = fitted(clips, said(FISH, number=9))[1][0]
    twice = fitted(clips, replace(said(FISH, number=2), sha256=""))[1][0]
    beyond = fitted(clips, said(FISH, 5, 10))[1][0]

    assert "no clip of the record has this name: see clips.csv" in unknown
    assert "no clip of the record has these bytes: drop the footage" in strange
    assert "2 clips have this name" in twice
    assert f"{sha(2)} (cam1 2026-05-01); {sha(3)} (cam2 2026-05-01)" in twice
    assert beyond == "last_frame = 10; clip00001_2026-05-01.h264 has 10 frames, from 0"


def test_what_a_run_has_lost_is_to_be_looked_at_again(tmp_path: Path) -> None:
    """But not what no run has ever found, nor a stretch that was watched."""
    labels = {
        "attached": said(FISH, 2, 5, machine=HAD),
        "again": said(FISH, 8, 9, machine=HAD),
        "apart": said(FISH, 7, 7),
        "away": said(FISH, number=9),
    }
    watched = said(WATCHED, 0, 9)
    store, run = open_record(tmp_path)
    with store:
        store.commit(clip(1), run, seen([encounter(1, 4, 6, status="static")]), NOW)
    with reading(tmp_path / "weir.sqlite") as db:
        fit = fit_of(LabelBook([*labels.values(), watched]), Results(db))

    assert fit == Fit(
        attached=(labels["attached"],),
        below=(),
        apart=(watched, labels["apart"]),
        again=(labels["again"],),
        away=(labels["away"],),
    )
