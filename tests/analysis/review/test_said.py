"""What people said of an item, as they say more."""

from __future__ import annotations

from dataclasses import replace

from analysis.review.said import AGAIN, CONFLICT, DECIDED, OPEN, Said
from analysis.values.label import FISH, NOT, UNSURE, WATCHED, WITHDRAWN
from tests.analysis.made_labels import said
from tests.analysis.review.made_item import made_item


def test_an_items_state_follows_what_is_said() -> None:
    """Said, contradicted, taken back."""
    item, told = made_item(), Said()
    assert told.state(item) == OPEN
    told.add([said(FISH)])
    assert told.state(item) == DECIDED
    told.add([said(NOT, person="ben")])
    assert told.state(item) == CONFLICT
    told.add([replace(said(NOT, person="ben"), verdict=WITHDRAWN)])
    assert told.state(item) == DECIDED
    told.add([said(UNSURE, hours=1)])
    assert told.state(item) == AGAIN


def test_two_species_contradict_each_other() -> None:
    """And so do two counts."""
    for one, other in (
        ({"species": "chub"}, {"species": "trout"}),
        ({"count": 1}, {"count": 2}),
    ):
        told = Said([said(FISH, **one), said(FISH, person="ben", **other)])
        assert told.state(made_item()) == CONFLICT


def test_a_lost_decision_is_to_be_looked_at_again() -> None:
    """Though it was decided: no run finds anything there now."""
    told = Said([said(FISH)])

    assert told.state(made_item(sort="lost", status="")) == AGAIN


def test_a_watched_clip_decides_the_rest() -> None:
    """It is no word about any item."""
    told = Said([said(WATCHED, 0, 9)])

    assert told.state(made_item()) == DECIDED and told.of_item(made_item()) == []


def test_the_last_word_of_each_person_is_known() -> None:
    """That which was added last and stands."""
    one, other = said(FISH), said(NOT, 7, 8, hours=-1)
    told = Said([one, other, said(FISH, person="ben")])

    assert told.last_of("anna") == other
    told.add([replace(other, verdict=WITHDRAWN)])
    assert told.last_of("anna") == one
    assert told.last_of("cleo") is None


def test_a_moment_in_a_rejected_scene_is_still_asked_about() -> None:
    """A "not" of a hundred frames does not decide it silently; a fish in it does."""
    moment = made_item(sort="moment", status="", first=50, last=51)
    told = Said([said(NOT, 0, 99)])

    assert told.state(moment) == OPEN
    told.add([said(FISH, 50, 51, hours=1)])
    assert told.state(moment) == DECIDED
