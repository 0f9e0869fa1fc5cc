"""How what was found is held against the truth."""

import pytest

from analysis.commands.scoring.agreement import (
    Agreement,
    compare,
    compare_kinds,
    total,
)
from analysis.record.clip import Clip
from analysis.record.final.encounters import FinalEncounter
from analysis.values.seen import COUNTED, Encounter
from weir.truth import Sighting, Truth, encounters_of


def truth(*fish: tuple[int, int, str, float]) -> Truth:
    """A clip of a hundred frames: first and last frame, kind and visibility of each."""
    sightings = tuple(
        Sighting(frame, number, kind, (0, 0, 0.1, 0.1), visibility)
        for number, (first, last, kind, visibility) in enumerate(fish, 1)
        for frame in range(first, last + 1)
    )
    return Truth(1, 1, 1.0, 100, sightings, encounters_of(sightings))


def found(first: int, last: int, species: str = "", max_n: int = 1) -> Encounter:
    """A counted encounter."""
    return Encounter(1, first, last, first, "fish", 0.9, species, None, max_n, COUNTED)


def counts(agreement: Agreement) -> tuple[int, ...]:
    """Required, found, missed, right, invented, faint."""
    a = agreement
    return a.truth, a.found, a.missed, a.right, a.invented, a.faint


CLEAR, FAINT, HIDDEN = 0.9, 0.2, 0.05
PASS, GLIMPSE = (10, 14, "dace", CLEAR), (30, 30, "dace", CLEAR)


@pytest.mark.parametrize(
    ("fish", "encounters", "expected"),
    [
        ((), (), (0, 0, 0, 0, 0, 0)),
        ((), (found(3, 4),), (0, 0, 0, 0, 1, 0)),
        ((PASS,), (), (1, 0, 1, 0, 0, 0)),
        ((PASS,), (found(14, 20),), (1, 1, 0, 1, 0, 0)),
        ((PASS,), (found(15, 20),), (1, 0, 1, 0, 1, 0)),
        ((PASS,), (found(10, 10), found(12, 14)), (1, 1, 0, 2, 0, 0)),
        ((PASS, (20, 24, "eel", CLEAR)), (found(9, 30),), (2, 2, 0, 1, 0, 0)),
        ((GLIMPSE,), (), (0, 0, 0, 0, 0, 0)),
        ((GLIMPSE,), (found(30, 31),), (0, 0, 0, 1, 0, 0)),
        (((5, 9, "dace", FAINT),), (found(5, 6),), (0, 0, 0, 0, 0, 1)),
        (((5, 9, "dace", HIDDEN),), (found(5, 6),), (0, 0, 0, 0, 1, 0)),
    ],
)
def test_encounters_are_found_missed_or_invented(
    fish: tuple[tuple[int, int, str, float], ...],
    encounters: tuple[Encounter, ...],
    expected: tuple[int, ...],
) -> None:
    """By the frames that they share."""
    assert expected == counts(compare(truth(*fish), encounters))


def test_the_kind_is_that_of_the_encounter_which_shares_most() -> None:
    """Here three frames of five."""
    encounters = (found(10, 11, "eel"), found(12, 14, "dace"))
    agreement = compare(truth(PASS), encounters)

    assert (agreement.named, agreement.kind_right) == (1, 1)


def test_a_detector_that_names_no_kinds_is_not_asked_for_them() -> None:
    """Its label is not a kind of the truth's."""
    agreement = compare(truth(PASS), (found(10, 14),))

    assert agreement.named == 0
    assert agreement.kind_share is None


@pytest.mark.parametrize(("most", "right"), [(1, 0), (2, 1), (3, 0)])
def test_max_n_must_be_exact(most: int, right: int) -> None:
    """Two fish at once."""
    two = truth(PASS, (12, 16, "eel", CLEAR))

    assert right == compare(two, (found(10, 16, "", most),)).max_n_right


def test_a_clip_without_fish_in_which_none_was_found_has_its_max_n_right() -> None:
    """Nought is nought."""
    assert compare(truth(), ()).max_n_right == 1


FILM = Clip(
    sha256="0" * 64,
    run=1,
    clip="clip1_2026-05-01.h264",
    archive="",
    deployment="creek",
    camera="cam1",
    date="2026-05-01",
    bytes=1000,
    framerate=1.0,
    width=720,
    height=480,
    frames_expected=100,
    frames_decoded=100,
    visible_frames=100,
    status="analysed",
    reason="",
    fish_frames=0,
    encounters=0,
    max_n=0,
    sidecar=None,
)


def row(first: int, last: int, species: str) -> FinalEncounter:
    """A counted row of a kind."""
    return FinalEncounter(FILM, first, last, COUNTED, "fish", species, 1)


def test_kinds_beside_each_other_are_asked_for() -> None:
    """In three frames of an encounter, or as the kind of most; and none is made up."""
    both = truth((10, 16, "dace", CLEAR), (12, 14, "eel", CLEAR), (16, 17, "chub", 0.9))

    met = compare_kinds(both, [row(10, 17, "dace"), row(14, 14, "eel")])
    assert (met.kinds, met.kinds_found, met.kinds_invented) == (2, 2, 0)
    met = compare_kinds(both, [row(10, 17, "dace"), row(15, 16, "eel")])
    assert (met.kinds, met.kinds_found, met.kinds_invented) == (2, 1, 1)


def test_encounters_that_were_counted_as_one_are_told() -> None:
    """Both are found, though fewer are counted than are true."""
    met = compare(truth(PASS, (20, 24, "eel", CLEAR)), (found(9, 30),))

    assert (met.found, met.counted, met.joined) == (2, 1, 1)


def test_sums_have_the_shares_of_the_whole() -> None:
    """Not the mean of the clips' shares."""
    clips = [
        compare(truth(PASS), (found(10, 14), found(50, 50))),
        compare(truth(PASS), ()),
    ]
    whole = total(clips)

    assert (whole.recall, whole.precision, whole.max_n_share) == (0.5, 0.5, 0.5)


def test_nothing_to_share_is_no_share() -> None:
    """Neither nought nor all."""
    assert (total([]).recall, total([]).precision) == (None, None)
