"""The encounters on pages: all on one, or a page a day, each of a bounded size."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Optional

import numpy as np
import pytest

from analysis.look.snapshots import draw
from analysis.record.file.reader import reading
from analysis.record.final.encounters import final_encounters
from analysis.record.results import Results
from analysis.report.gallery import FOLDER, MOST, MOST_ON_A_DAY, gallery
from analysis.values.label import FISH, NOT
from tests.analysis.made_record import NOW, clip, encounter, open_record
from tests.analysis.report.made_report import (
    OUTLINE,
    about,
    crowd,
    eel_beside,
    outcome,
    own_sha,
    six_days,
    written,
)


@pytest.fixture(autouse=True)
def out(tmp_path: Path) -> Path:
    """The folder that reports go to."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def pages(out: Path) -> dict[str, int]:
    """The pages of days, and how many encounters each shows."""
    found = sorted((out / FOLDER).glob("*.html"))
    return {f.name: f.read_text("utf-8").count("<figure id=") for f in found}


def test_a_few_encounters_are_all_on_one_page(tmp_path: Path, out: Path) -> None:
    """Each with its anchor, both scores, and why it does not count."""
    text = six_days(tmp_path).read_text("utf-8")

    assert not (out / FOLDER).exists()
    anchors = re.findall(r'<figure id="([^"]+)"', text)
    assert (len(anchors), len(set(anchors))) == (30, 30)
    assert anchors[0] == f"{own_sha(0)[:16]}-1-2"
    assert "<b>fish 0.51, named Brown Trout (0.92 among the names it knows)</b>" in text
    assert "doubtful: close up, the model sees hardly more of a fish in it" in text
    assert "2026-05-01 07:00:01" in text
    assert text.count(f'<polygon points="{OUTLINE}"/>') == 6
    assert text.count('<img class="close bottom left"') == 6


def test_where_the_backgrounds_disagree_comes_first(tmp_path: Path) -> None:
    """Of the doubtful a person looks first at what may be a fish that stays."""
    store, run = open_record(tmp_path)
    other = encounter(1, 1, 2, status="doubtful", decided_by="zoom_gain")
    stays = encounter(2, 4, 8, status="doubtful", decided_by="whole_clip")
    with store:
        store.commit(clip(1), run, outcome([other, stays]), NOW)
    with reading(tmp_path / "weir.sqlite") as db:
        shown = gallery(list(final_encounters(Results(db))), tmp_path)

    assert [picture.anchor[-3:] for picture in shown.doubtful] == ["4-8", "1-2"]


def test_kinds_beside_others_are_named(tmp_path: Path) -> None:
    """In how many frames, and whether it may be a slip; as text, whatever they are."""
    text = eel_beside(tmp_path).read_text("utf-8")

    eel, cod = (
        "beside it eel, MaxN 1, in 3 frames",
        "beside it c|d?, MaxN 1, in 1 frame",
    )
    assert f" · {eel} · {cod}, doubtful<" in text
    assert '<h3 id="day-2026-05-01">2026-05-01: 1 counted</h3>' in text
    assert 'data-kinds="[&#34;Brown Trout&#34;, &#34;eel&#34;, &#34;c|d?&#34;]"' in text


@pytest.mark.parametrize(
    ("max_n", "where"), [(None, "without it"), (1, "in its box before and after")]
)
def test_what_was_measured_stands_below(
    tmp_path: Path, max_n: Optional[int], where: str
) -> None:
    """By its kind of model: of boxes other fish may be in the box before."""
    measured = {"background_score": 0.14, "elongation": 1.5, "zoom_gain": -0.25}
    store, run = open_record(tmp_path)
    with store:
        met = [encounter(1, 1, 2, max_n=max_n, **measured)]
        met.append(encounter(2, 5, 6, zoom_gain=-0.004))
        store.commit(clip(1), run, outcome(met), NOW)
    text = written(tmp_path).read_text("utf-8")

    assert f"0.14 {where} · 1.5 times as long as high · close up" in text
    assert "close up 0.25 less of a fish than the water" in text
    assert "close up no more of a fish than the water" in text
    assert "near 0 speaks for a fish" in text  # it is explained above them


def test_very_many_go_to_a_page_a_day(tmp_path: Path, out: Path) -> None:
    """All of them, linked from the report; a day with too many has two pages."""
    a_day = MOST_ON_A_DAY + 10
    text = crowd(tmp_path, a_day=a_day, days=2).read_text("utf-8")

    assert 2 * a_day > MOST
    assert pages(out) == {
        "2026-05-01-2.html": 10,
        "2026-05-01.html": MOST_ON_A_DAY,
        "2026-05-02-2.html": 10,
        "2026-05-02.html": MOST_ON_A_DAY,
    }
    assert re.findall(rf'href="{FOLDER}/([^"]+)"', text) == [
        "2026-05-01.html",
        "2026-05-01-2.html",
        "2026-05-02.html",
        "2026-05-02-2.html",
    ]
    first = (out / FOLDER / "2026-05-01.html").read_text("utf-8")
    assert '<a href="../report.html">' in first
    assert '<a href="2026-05-01-2.html">' in first
    assert "<figure id=" not in text


def test_pictures_are_smaller_where_there_is_much_of_them(tmp_path: Path) -> None:
    """So no page grows beyond what a browser takes; all are still there."""
    six_days(tmp_path)
    noise = np.random.default_rng(1).integers(0, 255, (480, 720, 3)).astype(np.uint8)
    with reading(tmp_path / "weir.sqlite") as db:
        final = next(final_encounters(Results(db)))
        (tmp_path / final.snapshot).write_bytes(draw(noise, ()))
        plain, bounded = (
            gallery([final] * 3, tmp_path, most_bytes=most) for most in (10**9, 1)
        )
    sizes = [picture.bytes for picture in bounded.all]

    assert {picture.bytes for picture in plain.all} == {sizes[0]}
    assert sizes[1] == sizes[2] < sizes[0] / 3


def test_pages_of_an_earlier_report_do_not_stay(tmp_path: Path, out: Path) -> None:
    """They would show what is no longer so; what a person put there stays."""
    folder = out / FOLDER
    folder.mkdir()
    ours = '<meta name="generator" content="weir 0">'
    (folder / "2025-01-01.html").write_text(ours)
    (folder / "2025-01-02.html").write_text("kept")
    (folder / "notes.html").write_text(ours)
    six_days(tmp_path)

    assert sorted(path.name for path in folder.iterdir()) == [
        "2025-01-02.html",
        "notes.html",
    ]


def test_no_page_is_written_through_a_planted_link(tmp_path: Path, out: Path) -> None:
    """The folder of days is made anew where it is a link to another."""
    other = tmp_path / "other"
    other.mkdir()
    (out / FOLDER).symlink_to(other)
    crowd(tmp_path, a_day=MOST + 1, days=1)

    assert list(other.iterdir()) == []
    assert len(pages(out)) == 3


def test_false_counts_stand_in_the_open(tmp_path: Path) -> None:
    """What the model counts and a person rejected is not counted, and not folded."""
    labels = [about(NOT, 1, 2, 0), about(NOT, 4, 5, 0)]
    text = six_days(tmp_path, labels).read_text("utf-8")
    wrong = text[text.index('id="wrong"') : text.index('<details id="doubtful"')]

    assert "1 that the model counts, and a person rejected: not counted" in wrong
    assert wrong.count("<figure id=") == 1
    assert '<span class="said">no fish, says anna</span>' in wrong


def test_what_moved_is_ranked_and_says_what_people_say(tmp_path: Path) -> None:
    """It is not among the encounters, and no filter of theirs hides it."""
    text = six_days(tmp_path, [about(FISH, 8, 9, 3)]).read_text("utf-8")
    moved = text[text.index('id="moved"') :]

    assert moved.count("<figure id=") == 12
    assert moved.index("<b>1. not judged</b>") < moved.index("<b>2.")
    assert "3.0 times as long as high · close up 0.25 more of a fish" in moved
    assert "By a person: 2 fish, 0 not." in moved
    assert "data-status" not in moved[: moved.index("<h2>")]


def test_a_report_says_how_much_footage_waits(tmp_path: Path) -> None:
    """First of all; and nothing where none does."""
    six_days(tmp_path)
    text = written(tmp_path, waiting="2 files wait").read_text("utf-8")

    assert '<p class="warn alert">2 files wait</p>' in text
    assert "alert" not in written(tmp_path).read_text("utf-8").split("<body>")[1]
