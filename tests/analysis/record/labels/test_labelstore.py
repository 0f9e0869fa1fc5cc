"""The store of labels: added once, never changed, taken back by a withdrawal."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from random import Random

import pytest

from analysis import StoreError
from analysis.record.labels.labelbook import standing, to_export
from analysis.record.labels.labelfile import FILE_NAME
from analysis.record.labels.labelstore import LabelStore
from analysis.values.label import FISH, NOT, WATCHED, WITHDRAWN
from tests.analysis.made_labels import HAD, later, said


@pytest.fixture
def store(tmp_path: Path) -> LabelStore:
    """A new store."""
    return LabelStore(tmp_path / "labels")


def test_what_was_said_is_read_as_it_was_said(store: LabelStore) -> None:
    """With all that belongs to it."""
    label = said(FISH, label="fish", species="dace", count=2, note="two", machine=HAD)
    store.add([label, said(WATCHED, 0, 9)], later(1))

    assert store.all() == [label, said(WATCHED, 0, 9)]


def test_the_same_word_comes_once(store: LabelStore) -> None:
    """However often it is added, also after it was taken back."""
    first = store.add([said(FISH), said(FISH)], later(1))
    store.undo(later(2))
    again = store.add([said(FISH)], later(3))

    assert (len(first.new), len(first.known), len(again.known)) == (1, 1, 1)
    assert standing(store.all()) == []


def test_two_words_of_one_moment_are_not_both_taken(store: LabelStore) -> None:
    """Nobody could tell which of them is the newer."""
    added = store.add([said(FISH), said(NOT)], later(1))

    assert (added.new, added.refused) == ((said(FISH),), (said(NOT),))


def test_a_word_without_a_time_is_known_if_it_was_ever_said(store: LabelStore) -> None:
    """Or the same file, imported again, would go before what was said since."""
    table, since = said(FISH), said(NOT, hours=1)
    store.add([table], later(0), undated={table})
    store.add([since], later(1))
    again = replace(table, at=later(2))
    added = store.add([again], later(2), undated={again})

    assert (added.known, standing(store.all())) == ((again,), [since])


def test_a_word_says_what_it_replaces(store: LabelStore, tmp_path: Path) -> None:
    """The same person's on the same frames; a withdrawal names what it takes back."""
    labels = said(FISH), said(FISH, person="ben"), said(NOT, hours=1)
    store.add(labels, later(1))
    store.undo(later(2), person="anna")
    with closing(sqlite3.connect(tmp_path / "labels" / FILE_NAME)) as db:
        rows = db.execute("SELECT verdict, replaces FROM labels ORDER BY id").fetchall()

    assert rows == [(FISH, None), (FISH, None), (NOT, 1), (WITHDRAWN, 3)]


def test_undo_takes_back_the_last_word(store: LabelStore) -> None:
    """One after the other, until nothing is left; of one person if asked so."""
    mine, his = said(FISH), said(NOT, 7, 8, person="ben")
    store.add([mine, his], later(1))

    assert store.undo(later(2), person="anna") == mine
    assert store.undo(later(3)) == his
    assert store.undo(later(4)) is None


def test_undo_gives_back_the_very_labels_of_before(store: LabelStore) -> None:
    """After fifty steps, too."""
    before = [said(FISH, n, n + 3) for n in range(50)]
    store.add(before, later(0))
    store.add([said(NOT, n, n + 3, hours=1 + n) for n in range(50)], later(60))
    for _ in range(50):
        store.undo(later(70))

    assert standing(store.all()) == standing(before)


@pytest.mark.parametrize("harm", ["DELETE FROM labels", "UPDATE labels SET note = 'x'"])
def test_nothing_is_ever_changed(store: LabelStore, tmp_path: Path, harm: str) -> None:
    """Not even by a program that is not ours."""
    store.add([said(FISH)], later(1))
    with (
        closing(sqlite3.connect(tmp_path / "labels" / FILE_NAME)) as db,
        pytest.raises(sqlite3.IntegrityError, match="only ever added"),
    ):
        db.execute(harm)


def test_a_step_that_fails_adds_nothing(store: LabelStore) -> None:
    """All of its labels, or none."""
    broken = replace(said(NOT, 7, 8), verdict=None)  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="NOT NULL"):
        store.add([said(FISH), broken], later(1))

    assert store.all() == []


def _add_many(folder: Path, person: str) -> None:
    """Say twenty things, one by one; runs in a process of its own."""
    for n in range(20):
        LabelStore(folder).add([said(FISH, n, n, person=person)], later(1))


def test_several_write_at_once(store: LabelStore, tmp_path: Path) -> None:
    """A page for review in two browsers, and a command: nothing is lost."""
    processes = get_context("spawn")
    writers = [
        processes.Process(target=_add_many, args=(tmp_path / "labels", person))
        for person in ("anna", "ben", "eve")
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert len({label.key for label in store.all()}) == len(store.all()) == 60


def test_two_machines_come_to_say_the_same(tmp_path: Path) -> None:
    """Each takes the other's table, in whatever order things were said on both."""
    stores = [LabelStore(tmp_path / name) for name in ("a", "b")]
    random = Random(5)
    for hour in range(40):
        store, other = random.sample(stores, 2)
        label = said(
            random.choice([FISH, NOT]),
            *random.choice([(0, 3), (2, 5)]),
            person=random.choice(["anna", "ben"]),
            hours=random.randrange(20),
        )
        acts: list[Callable[[], object]] = [
            partial(store.add, [label], later(hour)),
            partial(store.undo, later(hour)),
            partial(other.add, to_export(store.all()), later(hour)),
        ]
        random.choices(acts, weights=(6, 2, 2))[0]()
    for store, other in [stores, stores[::-1], stores]:
        other.add(to_export(store.all()), later(60))
    first, second = (standing(store.all()) for store in stores)

    assert [label.key for label in first] == [label.key for label in second]
    assert first


def test_what_was_taken_back_is_taken_back_elsewhere(tmp_path: Path) -> None:
    """Where it had come to before."""
    here, there = LabelStore(tmp_path / "a"), LabelStore(tmp_path / "b")
    here.add([said(FISH)], later(1))
    there.add(to_export(here.all()), later(1))
    here.undo(later(2))
    there.add(to_export(here.all()), later(3))

    assert standing(there.all()) == []
