"""The word of people on an encounter: whose, the newest, and where they differ."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

import pytest

from analysis.record.labels.labelbook import DISPUTED, LabelBook
from analysis.values.label import FISH, NOT, UNSURE, WATCHED, WITHDRAWN, Label
from tests.analysis.made_labels import later, said
from tests.analysis.made_record import sha


def verdict(*labels: Label, first: int = 2, last: int = 5) -> Optional[str]:
    """What is said of an encounter of clip 1."""
    decision = LabelBook(labels).decision(sha(1), first, last)
    return decision.verdict if decision else None


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (4, 7, FISH),  # two of four frames, the last one included
        (5, 8, None),  # one of four
        (5, 6, FISH),  # one of two: half of the shorter one
        (0, 99, FISH),  # all of the label's
        (6, 7, None),
    ],
)
def test_half_of_the_shorter_one_is_needed(
    first: int, last: int, expected: Optional[str]
) -> None:
    """Of the frames of a label, or of an encounter, whichever has fewer."""
    assert verdict(said(FISH, 2, 5), first=first, last=last) == expected


def test_other_footage_is_not_meant() -> None:
    """Whatever its frames: a label speaks of one clip's bytes."""
    assert verdict(said(FISH, number=2)) is None


def test_the_newest_word_of_a_person_counts() -> None:
    """In whatever order they come, as after a merge."""
    old, new = said(FISH, hours=1), said(NOT, hours=2)

    assert verdict(old, new) == verdict(new, old) == NOT


def test_a_newer_word_on_most_of_the_frames_counts() -> None:
    """The person looked again, and drew other limits."""
    assert verdict(said(FISH, 2, 5), said(NOT, 3, 9, hours=1), first=2, last=9) == NOT


def test_a_fish_in_a_part_is_a_fish_in_the_whole() -> None:
    """Of two encounters a later run may make one; both words are true."""
    labels = said(FISH, 2, 3), said(NOT, 6, 9, hours=1)

    assert verdict(*labels, first=2, last=9) == FISH


def test_what_was_withdrawn_lets_the_word_before_stand() -> None:
    """Undo is no decision of its own."""
    first, second = said(FISH), said(NOT, hours=1)
    withdrawal = replace(second, verdict=WITHDRAWN)

    assert verdict(first, second, withdrawal) == FISH
    assert verdict(second, withdrawal) is None


def test_a_withdrawal_may_come_before_what_it_takes_back() -> None:
    """Two laptops are merged in any order."""
    label = said(FISH)

    assert verdict(replace(label, verdict=WITHDRAWN), label) is None


def test_people_who_contradict_each_other_are_both_heard() -> None:
    """Neither is overwritten, however new the other is."""
    one, other = said(FISH, person="anna"), said(NOT, person="ben", hours=5)
    book = LabelBook([one, other])
    decision = book.decision(sha(1), 2, 5)

    assert decision
    assert (decision.verdict, decision.people) == (DISPUTED, ("anna", "ben"))
    assert decision.at == later(5)
    assert book.contradictions() == [(other, one)]


def test_who_is_unsure_contradicts_nobody() -> None:
    """The one who is sure has the word."""
    labels = said(FISH, person="anna"), said(UNSURE, person="ben")

    assert verdict(*labels) == FISH
    assert LabelBook(labels).contradictions() == []


def test_names_and_numbers_may_be_contradicted_too() -> None:
    """It is a fish, and of no species on which they agree."""
    one = said(FISH, species="dace", count=2)
    other = said(FISH, species="eel", count=2, person="ben")
    book = LabelBook([one, other])
    decision = book.decision(sha(1), 2, 5)

    assert decision
    assert (decision.verdict, decision.species, decision.count) == (FISH, "", 2)
    assert len(book.contradictions()) == 1


def test_what_somebody_has_taken_back_by_a_newer_word_is_no_contradiction() -> None:
    """Anna came round to Ben's view, with limits of her own."""
    labels = said(FISH), said(NOT, 2, 6, hours=2), said(NOT, person="ben", hours=1)

    assert LabelBook(labels).contradictions() == []


def test_in_a_watched_stretch_there_is_nothing_else() -> None:
    """An encounter of which nothing was said is no fish there, and open elsewhere."""
    labels = said(WATCHED, 0, 9), said(FISH, 2, 3)

    assert verdict(*labels, first=6, last=9) == NOT
    assert verdict(*labels, first=9, last=10) is None
    assert verdict(*labels, first=2, last=3) == FISH


def test_watching_takes_no_word_back() -> None:
    """Though it is newer, and of the same frames."""
    assert verdict(said(FISH, 2, 5), said(WATCHED, 2, 5, hours=1)) == FISH


def test_a_fish_in_a_small_part_of_a_rejected_scene_is_its_own() -> None:
    """Both words are true of frames so unlike in number; and of a larger part, one."""
    scene, fish, visit = said(NOT, 0, 99), said(FISH, 50, 59, hours=1), said(FISH, 0, 9)

    assert verdict(scene, fish, first=0, last=99) == NOT
    assert verdict(scene, fish, first=50, last=59) == FISH
    assert verdict(scene, said(FISH, 50, 60, hours=1), first=0, last=99) == FISH
    assert verdict(visit, first=0, last=99) == FISH  # nobody rejected the scene


def test_a_rejected_scene_says_nothing_of_a_moment_in_it() -> None:
    """Who rejected it saw other frames; who watched the clip saw these."""

    def of_moment(*labels: Label) -> Optional[str]:
        decision = LabelBook(labels).of_moment(sha(1), 50, 51)
        return decision.verdict if decision else None

    assert of_moment(said(NOT, 40, 59)) is None
    assert of_moment(said(NOT, 41, 59)) == NOT
    assert of_moment(said(NOT, 0, 99), said(FISH, 50, 51)) == FISH
    assert of_moment(said(WATCHED, 0, 99)) == NOT
