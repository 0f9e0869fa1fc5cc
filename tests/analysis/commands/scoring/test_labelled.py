"""The score by labels, as people and programs read it."""

from __future__ import annotations

import json

from analysis.commands.scoring.labelled import as_object, as_text
from analysis.record.labels.labelscore import LabelScore, Share, Tally

SCORE = LabelScore(
    tally=Tally(fish=6, wrong=18, unsure=1, disputed=2, open=3),
    encounters=43,
    unseen=5,
    said=17,
    missed=11,
    watched_frames=900,
    recall=Share(3, 4),
    names={("dace", "dace"): 4, ("dace", "eel"): 1, ("eel", "eel"): 2},
    by_day={("creek", "cam1", "2026-05-01"): Tally(fish=6, wrong=18)},
    clips=15,
    days=7,
)
KEYS = (
    *("counted", "fish", "not", "unsure", "disputed", "open", "precision"),
    *("precision_low", "precision_high", "encounters", "unseen", "fish_said"),
    *("fish_missed", "watched_frames", "watched_fish", "watched_found", "recall"),
    *("recall_low", "recall_high", "species", "by_day", "clips", "days"),
)


def test_the_object_has_the_documented_keys() -> None:
    """And in each day those of the whole."""
    told = json.loads(as_object(SCORE))

    assert tuple(told) == KEYS
    assert (told["counted"], told["fish"], told["not"], told["open"]) == (30, 6, 18, 3)
    assert (told["precision"], told["recall"]) == (0.25, 0.75)
    assert told["species"][1] == {"person": "dace", "machine": "eel", "encounters": 1}
    (day,) = told["by_day"]
    assert (day["date"], day["not"], day["precision"]) == ("2026-05-01", 18, 0.25)


def test_shares_of_nothing_are_null() -> None:
    """Nobody watched anything, so nothing is known of what was missed."""
    score = LabelScore(Tally(), 0, 0, 0, 0, 0, Share(0, 0), {}, {}, 0, 0)
    told = json.loads(as_object(score))

    assert told["recall"] is told["precision"] is told["precision_low"] is None


def test_the_text_says_what_it_rests_on() -> None:
    """And what its shares are of."""
    text = "\n".join(as_text(SCORE))

    assert "precision   25 % (12 to 45 %) of what was counted and decided" in text
    assert "recall      75 % (30 to 95 %) of the fish in 900 watched frames" in text
    assert "it rests on 15 clips of 7 days" in text
    assert "6 confirmed by a person, 18 rejected, 3 open, 1 unsure, 2 disputed" in text


def test_the_matrix_has_a_row_for_each_name_of_people() -> None:
    """And a column for each of the machine's."""
    lines = [line.split() for line in as_text(SCORE)]
    begin = lines.index(["people", "say", "dace", "eel"])

    assert lines[begin + 1 : begin + 3] == [["dace", "4", "1"], ["eel", "0", "2"]]
