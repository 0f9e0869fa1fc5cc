"""The final encounters: a person's word first, and the fish that only people saw."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from analysis.record.file.reader import reading
from analysis.record.final.encounters import FinalEncounter, final_encounters
from analysis.record.labels.labelbook import LabelBook
from analysis.record.results import Results
from analysis.values.label import FISH, NOT, UNSURE, WATCHED, Label
from analysis.values.seen import Box, Moment
from tests.analysis.made_labels import said
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen

MOMENT = Moment(1, 8, 9, 9, Box(0.1, 0.2, 0.3, 0.4), 9.0, 2.0, 2.0, 0.1)


@contextmanager
def results(folder: Path, *labels: Label) -> Iterator[Results]:
    """Two encounters and a moment of a clip of ten frames, and what was said of it."""
    store, run = open_record(folder)
    met = [encounter(1, 0, 1, species="dace", species_score=0.7, max_n=2)]
    met += [encounter(2, 4, 5, status="static")]
    outcome = seen(met)
    assert outcome.findings
    pictures = {1: b"jpeg"}
    findings = replace(outcome.findings, moments=(MOMENT,), moment_pictures=pictures)
    with store:
        store.commit(clip(1), run, replace(outcome, findings=findings), NOW)
    with reading(folder / "weir.sqlite") as db:
        yield Results(db, book=LabelBook(labels))


def finals(folder: Path, *labels: Label) -> list[FinalEncounter]:
    """The final encounters of that clip."""
    with results(folder, *labels) as found:
        return list(final_encounters(found))


def test_without_a_word_it_is_the_machines(tmp_path: Path) -> None:
    """Nothing is confirmed that nobody looked at."""
    counted, static = finals(tmp_path)

    assert (counted.status, counted.species, counted.max_n) == ("counted", "dace", 2)
    assert (counted.standing, static.standing) == ("machine_only", "static")
    assert (counted.review, counted.decided_by) == ("", "")


def test_a_persons_fish_counts_and_has_the_persons_name(tmp_path: Path) -> None:
    """What the person did not say is the machine's, but no score of another name."""
    word = said(FISH, 0, 1, species="eel")
    first, second = finals(tmp_path, word, said(FISH, 4, 5, count=3))

    assert (first.species, first.species_score, first.max_n) == ("eel", None, 2)
    assert (second.status, second.standing, second.max_n) == ("counted", "confirmed", 3)
    assert (first.label, first.decided_by, first.score) == ("fish", "person", 0.875)


def test_what_a_person_rejects_counts_nowhere(tmp_path: Path) -> None:
    """Named, or left unnamed in a stretch that was watched."""
    first, second = finals(tmp_path, said(NOT, 0, 1), said(WATCHED, 0, 9))

    assert [first.standing, second.standing] == ["rejected", "rejected"]
    assert [first.counts, second.counts] == [False, False]
    assert (first.species, first.max_n) == ("dace", 2)


def test_what_nobody_can_tell_is_open(tmp_path: Path) -> None:
    """Unsure, or contradicted: the machine's count does not stand."""
    labels = said(FISH, 0, 1), said(NOT, 0, 1, person="ben"), said(UNSURE, 4, 5)
    first, second = finals(tmp_path, *labels)

    assert (first.review, first.status, first.standing) == (
        *("disputed", "doubtful", "open"),
    )
    assert (second.review, second.standing) == ("unsure", "open")


def test_a_fish_that_the_machine_missed_is_an_encounter(tmp_path: Path) -> None:
    """Added from a moment, it has its picture; two people's fish is one."""
    labels = said(FISH, 8, 9, species="eel"), said(FISH, 8, 8, person="ben")
    added = finals(tmp_path, *labels)[-1]

    assert (added.status, added.standing, added.label) == (
        "counted",
        "confirmed",
        "fish",
    )
    assert (added.species, added.max_n, added.score) == ("eel", None, None)
    assert (added.best_frame, added.seen) == (9, None)
    assert added.snapshot.endswith("_m0001.jpg")


def test_a_fish_apart_from_everything_is_an_encounter(tmp_path: Path) -> None:
    """In the order of its frames; where it is disputed, it is open."""
    fish = said(FISH, 2, 3, count=2)
    _, added, _ = finals(tmp_path / "one", fish)
    _, open_, _ = finals(tmp_path / "two", fish, said(NOT, 2, 3, person="ben"))

    assert (added.first_frame, added.best_frame, added.max_n) == (2, None, 2)
    assert (added.snapshot, added.counts) == ("", True)
    assert (open_.standing, open_.counts, open_.review) == ("open", False, "disputed")


def test_a_fish_in_a_rejected_scene_counts_as_one_of_its_own(tmp_path: Path) -> None:
    """The scene stays rejected, however it was called."""
    store, run = open_record(tmp_path)
    with store:
        store.commit(clip(1), run, seen([encounter(1, 0, 99)], frames=100), NOW)
    with reading(tmp_path / "weir.sqlite") as db:
        book = LabelBook([said(NOT, 0, 99), said(FISH, 50, 51, hours=1)])
        scene, fish = final_encounters(Results(db, book=book))

    assert (scene.standing, fish.standing) == ("rejected", "confirmed")
    assert (fish.first_frame, fish.last_frame) == (50, 51)
