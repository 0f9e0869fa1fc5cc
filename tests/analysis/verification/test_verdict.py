"""What the answers of a verifier make of a clip's findings."""

from __future__ import annotations

import pytest

from analysis.verification.questions import questions
from analysis.verification.verdict import unverified
from tests.analysis.made_record import encounter
from tests.analysis.verification.made import FAR, PLACE, after, findings, fish, moment


@pytest.mark.parametrize("status", ["counted", "static", "doubtful"])
def test_what_it_sees_counts(status: str) -> None:
    """Its boxes say how many, and where."""
    found = findings([encounter(1, 10, 12, status=status, max_n=None)])
    (one,) = after(found, {10: [fish()], 11: [fish(), fish(FAR)]}).encounters

    assert (one.status, one.decided_by, one.max_n) == ("counted", "verifier", 2)


@pytest.mark.parametrize(
    ("status", "by", "becomes"),
    [
        ("counted", "", ("doubtful", "verifier")),
        ("doubtful", "zoom_gain", ("doubtful", "zoom_gain")),
        ("static", "uniqueness", ("static", "uniqueness")),
    ],
)
def test_what_it_does_not_see_does_not_count(
    status: str, by: str, becomes: tuple[str, str]
) -> None:
    """What was in doubt is so by what it was before."""
    found = findings([encounter(1, 10, 12, status=status, decided_by=by)])
    (one,) = after(found, {}).encounters

    assert (one.status, one.decided_by) == becomes


def test_what_it_was_not_asked_stays_as_it_was() -> None:
    """Also in a clip of which it was asked about others."""
    found = findings([encounter(1, 10, 10), encounter(2, 20, 20)])
    asked = questions(found, 36)

    assert [item.number for item in asked.items] == [1]
    bare = unverified(found, asked, "it crashed")
    assert bare.encounters == found.encounters
    assert bare.verification
    assert (bare.verification.items, bare.verification.reason) == (2, "it crashed")


def test_a_moment_becomes_an_encounter() -> None:
    """Numbered by its frames among the others, with its own picture."""
    found = findings([encounter(1, 50, 52)], [moment(1, 10, 12), moment(2, 80, 80)])
    found.snapshots[1] = b"e1"
    new = after(found, {10: [fish(score=0.7)], 50: [fish()]})

    assert [(e.number, e.first_frame, e.last_frame) for e in new.encounters] == [
        (1, 10, 12),
        (2, 50, 52),
    ]
    raised = new.encounters[0]
    assert (raised.status, raised.decided_by) == ("counted", "verifier")
    assert (raised.score, raised.max_n, raised.label) == (0.7, 1, "fish")
    assert new.snapshots == {1: b"verified", 2: b"verified"}
    assert [m.number for m in new.moments] == [2]
    assert new.moment_pictures == {2: b"moved"}


def test_a_fish_elsewhere_says_nothing_of_what_moved() -> None:
    """A fish that rests beside does not make drifting leaves fish."""
    new = after(findings([], [moment(1, 10, 10)]), {10: [fish(FAR)]})

    assert new.encounters == ()
    assert len(new.moments) == 1


def test_the_picture_is_of_a_frame_that_shows_it() -> None:
    """Where the verifier sees nothing in the best one, another is the best."""
    found = findings([encounter(1, 10, 14, best_frame=10)])
    (one,) = after(found, {12: [fish()]}).encounters

    assert one.best_frame == 12


def test_its_boxes_stand_where_it_looked() -> None:
    """In an encounter that it confirms; fish frames are counted by them."""
    found = findings([encounter(1, 10, 12)])
    new = after(found, {10: [fish()]})

    assert new.verification
    assert new.verification.overruled == {10, 11, 12}
    assert (found.fish_frames, new.fish_frames) == (3, 1)
    untouched = after(found, {}).verification
    assert untouched
    assert untouched.overruled == frozenset()


def test_a_box_lies_on_the_track_of_what_it_stands_for() -> None:
    """One track for one box; what nobody followed is on none."""
    found = findings([encounter(1, 10, 10)], box=PLACE, track_of=(7,))
    new = after(found, {10: [fish(), fish(PLACE), fish(FAR)]})

    assert new.verification
    assert new.verification.tracks == (7, 0, 0)


def test_a_whole_frames_species_is_that_of_its_encounter() -> None:
    """The classifier saw all frames of it, and the verifier a few."""
    found = findings([encounter(1, 10, 12, species="eel", species_score=0.8)])
    new = after(found, {10: [fish()]})

    assert new.verification
    (box,) = new.verification.looks[0].boxes
    assert (box.species, box.species_score) == ("eel", 0.8)
    assert (new.encounters[0].species, new.encounters[0].species_score) == ("eel", 0.8)


def test_what_scored_low_beside_a_raised_moment_is_part_of_it() -> None:
    """It would count twice at a lower threshold."""
    low = encounter(1, 11, 12, status="below")
    found = findings([], [moment(1, 10, 12)], below=(low,))

    assert after(found, {10: [fish()]}).below == ()
    assert len(after(found, {}).below) == 1
