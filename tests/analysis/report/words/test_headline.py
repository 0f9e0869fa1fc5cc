"""The head of the report: who checked it, and where the model is blind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from analysis.record.file.reader import reading
from analysis.record.final.sums import Counts
from analysis.record.labels.labelbook import LabelBook
from analysis.record.labels.labelscore import Tally
from analysis.record.results import Results
from analysis.report.words.headline import (
    Blindness,
    blindness,
    final_words,
    how_sure,
    missed,
    result,
)
from analysis.values.label import FISH
from analysis.values.record import Outcome
from tests.analysis.made_labels import said
from tests.analysis.made_record import (
    FACTS,
    NOW,
    SETTINGS,
    clip,
    encounter,
    open_record,
    seen,
)


def blind(frames: int | None) -> Outcome:
    """A look at ten frames, in so many of which the model is blind."""
    outcome = seen([encounter(1, 2, 4)])
    assert outcome.findings
    return replace(outcome, findings=replace(outcome.findings, blind_frames=frames))


def test_how_sure_the_numbers_are() -> None:
    """The share with its interval; or that nobody knows."""
    assert how_sure(Tally(fish=6, wrong=6)) == (
        "Of 12 that the model counts and a person decided, 6 are fish: 50 %."
        " Were very many such counts judged, the share would lie between 25 and 75 %,"
        " with a certainty of 95 %."
    )
    assert "nobody has looked" in how_sure(Tally(open=3))
    assert how_sure(Tally()) == ""


def test_in_how_much_the_model_is_blind(tmp_path: Path) -> None:
    """By the minutes of the clips that it was asked about."""
    store, boxes = open_record(tmp_path)
    whole = {**SETTINGS, "detector": {**FACTS, "kind": "classifier"}}
    with store:
        run = store.run(whole, NOW)
        store.commit(clip(1), run, blind(9), NOW)
        store.commit(clip(2), run, blind(None), NOW)
        store.commit(clip(3), boxes, blind(0), NOW)
    with reading(store.path) as db:
        found = blindness(Results(db))

    assert found == Blindness(9 / 60, 10 / 60, 1)


def test_blindness_is_said_as_a_share() -> None:
    """Or that there is none; or that nobody asked; or nothing."""
    words = [
        Blindness(*numbers).in_words or ""
        for numbers in ((30, 240, 0), (0, 240, 0), (0, 0, 2), (0, 0, 0))
    ]

    assert (
        "In 30 of 240 minutes (12 %) the model calls the empty background a"
        in (words[0])
    )
    assert words[1].startswith("In none of 240 minutes")
    assert words[2].startswith("An earlier Weir looked at 2 clips, and did not ask")
    assert words[3] == ""


def test_what_counts_in_the_end() -> None:
    """By whose word."""
    assert final_words(Counts(confirmed=3, machine_only=1, open=2, rejected=5)) == (
        "A person's word goes first: so 4 encounters count, 3 confirmed by a person"
        " and 1 not checked; of what is doubtful, 2 are open."
    )


def test_what_people_confirmed_goes_first() -> None:
    """With the day; and nothing where nobody decided anything."""
    most = "Most fish were seen on 2026-05-01: 3."

    assert result(Counts(confirmed=3), most) == f"3 fish confirmed by people. {most}"
    assert "No fish confirmed by people; 2 more counted by the model and not" in (
        result(Counts(machine_only=2, rejected=1), "")
    )
    assert result(Counts(confirmed=3), most, 1, 5) == (
        "3 fish confirmed by people: 2 of the 5 that the model counts, and 1 that it"
        f" does not count. {most}"
    )
    assert result(Counts(machine_only=2), most) == ""


def test_fish_that_are_not_counted_are_told(tmp_path: Path) -> None:
    """Those that people saw; without people, nothing is said."""
    store, run = open_record(tmp_path)
    with store:
        store.commit(clip(1), run, seen([encounter(1, 2, 4)]), NOW)
    book = LabelBook([said(FISH, 2, 4), said(FISH, 7, 8)])
    with reading(store.path) as db:
        told, nothing = missed(Results(db, book=book)), missed(Results(db))

    words = "In these clips people saw 2 fish. 1 of them the model does not count"
    assert told.in_words(2) == f"{words}: here it is counted."
    assert nothing.in_words(2) == ""


def test_a_fish_in_several_encounters_is_one_fish(tmp_path: Path) -> None:
    """As where a higher threshold parts them: the head does not call each a fish."""
    store, run = open_record(tmp_path)
    with store:
        parts = [encounter(1, 2, 3), encounter(2, 6, 7)]
        store.commit(clip(1), run, seen(parts), NOW)
    with reading(store.path) as db:
        told = missed(Results(db, book=LabelBook([said(FISH, 2, 7)])))
    counts = Counts(confirmed=2)

    assert told.in_words(2) == (
        "In these clips people saw 1 fish. Some of them are in several of the"
        " encounters that are confirmed. The model counts them all."
    )
    assert told.is_in_parts(1) is False
    assert "Some of" not in told.in_words(1)
    shown = result(counts, "", in_parts=told.is_in_parts(2))
    assert shown == "2 encounters confirmed as fish by people."
