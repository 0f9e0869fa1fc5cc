"""The score as people and programs read it."""

import json

from analysis.agreement import Agreement
from analysis.score import as_object, as_table

WHOLE = Agreement(
    clips=2, every=6, truth=4, found=3, right=5, invented=1, named=3, kind_right=2,
    max_n_right=1,
)  # fmt: skip


def test_the_object_has_counts_and_shares():
    """By the names that the README gives."""
    told = json.loads(as_object(WHOLE))

    assert tuple(told[k] for k in ("truth", "found", "missed", "invented")) == (
        4,
        3,
        1,
        1,
    )
    assert told["recall"] == 0.75
    assert told["precision"] == 5 / 6
    assert told["kind_right"] == 2 / 3
    assert told["max_n_right"] == 0.5


def test_shares_of_nothing_are_null():
    """A run without fish is not a perfect one."""
    told = json.loads(as_object(Agreement()))

    assert told["recall"] is told["precision"] is told["max_n_right"] is None


def test_the_table_has_a_line_for_each_clip_and_one_for_all():
    """And says what the shares are of."""
    table = as_table(
        [("clip00001.h264", Agreement(1)), ("clip00002.h264", WHOLE)], WHOLE
    )

    assert [line[:40].strip() for line in table.splitlines()[1:4]] == [
        "clip00001.h264",
        "clip00002.h264",
        "2 clips",
    ]
    assert "recall 75.0 % of the encounters of two frames or more" in table
    assert "counted 6 encounters; the truth has 6" in table
