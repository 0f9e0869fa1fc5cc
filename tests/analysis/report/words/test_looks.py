"""Which encounters a reader is sent to first."""

from __future__ import annotations

from pathlib import Path

from analysis.record.file.reader import reading
from analysis.record.final.encounters import FinalEncounter, final_encounters
from analysis.record.labels.labelbook import LabelBook
from analysis.record.results import Results
from analysis.report.words.looks import Looks, weakest, wrong
from analysis.values.label import NOT, Label
from tests.analysis.made_labels import said
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen

MEASURED = [(8.0, 0.9), (1.0, 0.1), (4.0, 0.0), (1.5, 0.9), (1.2, None), (6.0, 0.5)]


def finals(folder: Path, *labels: Label) -> list[FinalEncounter]:
    """Six that count, each of two frames, at frame 0, 3, 6 and so on."""
    met = [
        encounter(n + 1, 3 * n, 3 * n + 1, elongation=long, zoom_gain=gain)
        for n, (long, gain) in enumerate(MEASURED)
    ]
    store, run = open_record(folder)
    with store:
        store.commit(clip(1), run, seen(met, frames=20), NOW)
    with reading(folder / "weir.sqlite") as db:
        return list(final_encounters(Results(db, book=LabelBook(labels))))


def frames(looks: Looks) -> list[str]:
    """The frames that are named."""
    return [name.split(" frame ")[1] for _, name, _ in looks.named]


def test_the_least_like_a_fish_are_named_first(tmp_path: Path) -> None:
    """By shape and close up, a half of those measured; not what a person decided."""
    assert frames(weakest(finals(tmp_path), {})) == ["3", "9"]
    decided = weakest(finals(tmp_path, said(NOT, 3, 4)), {})
    assert frames(decided) == ["9", "6"]
    assert [why for _, _, why in decided.named] == [
        "at 0:09, 1.5 times as long as high, close up 0.90 more",
        "at 0:06, 4.0 times as long as high, close up no more",
    ]


def test_what_a_person_rejected_is_named(tmp_path: Path) -> None:
    """So are those that the model counts, and on which page each is."""
    decided = finals(tmp_path, *(said(NOT, 3 * n, 3 * n + 1) for n in range(2)))
    (_, first), (_, second) = enumerate(each.id for each in decided[:2])
    found = wrong(decided, {first: "day.html"})

    places = [place for place, _, _ in found.named]
    assert places == [f"day.html#{first}", f"#{second}"]
    assert wrong(finals(tmp_path), {}) == Looks(())


def test_many_are_not_all_named(tmp_path: Path) -> None:
    """How many more there are is said."""
    decided = finals(tmp_path, said(NOT, 0, 19))
    found = wrong(decided * 2, {})

    assert (len(found.named), found.more) == (6, 6)
