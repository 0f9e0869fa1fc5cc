"""The page that a person reads."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import cv2
import numpy as np

from analysis.look.snapshots import draw
from analysis.record.file.reader import reading
from analysis.record.labels.labelbook import LabelBook
from analysis.record.results import Results
from analysis.record.store import Store
from analysis.record.thresholds.band import band
from analysis.report.page import write_report
from analysis.report.sums import clip_rows
from analysis.values.label import FISH, NOT
from analysis.values.record import UnreadMember
from tests.analysis.made_labels import said
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen
from tests.analysis.record.thresholds.made_scores import made_clip
from tests.analysis.report.made_report import about, six_days, written


class Page(HTMLParser):
    """The tags of a page, and what it would load from elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one."""
        self.tags.append(tag)
        self.loads += [v or "" for k, v in attrs if k in ("src", "href")]


def report(folder: Path, *, days: int) -> str:
    """The page of a record with one encounter a day."""
    store, run = open_record(folder)
    with store:
        for day in range(1, days + 1):
            met = [encounter(1, 2, 4), encounter(2, 7, 7, status="static")]
            store.commit(clip(day, date=f"2026-05-{day * 2:02d}"), run, seen(met), NOW)
    with reading(folder / "weir.sqlite") as db:
        return write_report(Results(db), folder, folder).read_text("utf-8")


def test_the_page_stands_for_itself(tmp_path: Path) -> None:
    """Nothing is loaded from anywhere: it can be mailed."""
    page = Page(report(tmp_path, days=2))

    assert all(load.startswith(("data:", "#")) for load in page.loads)
    assert (page.tags.count("script"), page.tags.count("link")) == (1, 0)


def test_every_encounter_has_its_picture(tmp_path: Path) -> None:
    """Counted ones in the open, static ones behind a fold."""
    text = report(tmp_path, days=3)

    assert Page(text).tags.count("img") == 6
    assert "3 static: not counted, nothing moved" in text


def test_a_model_in_doubt_is_told(tmp_path: Path) -> None:
    """By the clips that speak against the way in which it is used."""
    store, run = open_record(tmp_path)
    outcome = seen([])
    assert outcome.findings is not None
    findings = replace(outcome.findings, model_doubt="0..1 looks more alive")
    with store:
        store.commit(clip(1), run, replace(outcome, findings=findings), NOW)
        store.commit(clip(2), run, outcome, NOW)
    with reading(tmp_path / "weir.sqlite") as db:
        results = Results(db)
        (doubt,) = results.doubts
        page = write_report(results, tmp_path, tmp_path).read_text("utf-8")

    assert (doubt.run, doubt.clip) == (run, clip(1).clip)
    assert "Models in doubt" in page and "0..1 looks more alive" in page


def test_days_without_footage_are_not_days_without_fish(tmp_path: Path) -> None:
    """Between the second and the sixth of May two days have no footage."""
    text = report(tmp_path, days=3)

    assert text.count("2026-05-03: no footage") == 2
    assert "2026-05-02: no footage" not in text


def test_an_empty_record_says_so(tmp_path: Path) -> None:
    """The first thing that a new user may look at."""
    assert "There is no footage yet" in report(tmp_path, days=0)


def test_names_from_outside_stay_text(tmp_path: Path) -> None:
    """A species, a clip or a camera cannot put code into the page."""
    store, run = open_record(tmp_path)
    evil = "<script>alert(1)</script>"
    with store:
        met = [encounter(1, 0, 0, label=evil)]
        store.commit(clip(1, camera=evil), run, seen(met), NOW)
    with reading(tmp_path / "weir.sqlite") as db:
        text = write_report(Results(db), tmp_path, tmp_path).read_text("utf-8")

    assert evil not in text
    assert "&lt;script&gt;" in text


def test_a_snapshot_is_a_jpeg_of_the_frame() -> None:
    """As large as the frame, and much like it."""
    image = np.full((48, 72, 3), (40, 90, 60), np.uint8)
    read = cv2.imdecode(np.frombuffer(draw(image, ()), np.uint8), cv2.IMREAD_COLOR)

    assert read.shape == image.shape
    assert np.abs(read.astype(int) - image).max() < 12


def test_a_threshold_leaves_the_doubtful_out(tmp_path: Path) -> None:
    """Shown and counted are only encounters of scores above it."""
    report(tmp_path, days=1)
    with reading(tmp_path / "weir.sqlite") as db:
        page = write_report(Results(db, threshold=0.9), tmp_path, tmp_path)

    assert Page(page.read_text("utf-8")).tags.count("img") == 0
    assert "with the threshold 0.9" in page.read_text("utf-8")


def test_each_clip_has_its_sums(tmp_path: Path) -> None:
    """Its encounters, and its own MaxN."""
    store, run = open_record(tmp_path)
    with store:
        store.commit(clip(1), run, seen([encounter(1, 2, 4, max_n=3)]), NOW)
        store.commit(clip(2), run, seen([encounter(1, 2, 4), encounter(2, 6, 6)]), NOW)
    with reading(store.path) as db:
        counts = [sums.counts for _, sums in clip_rows(Results(db))]

    assert [(c.encounters, c.max_n) for c in counts] == [(1, 3), (2, 1)]


def test_what_was_not_read_is_shown(tmp_path: Path) -> None:
    """By archive and name, a few hundred of it; a page without any says nothing."""
    assert "not read" not in report(tmp_path / "none", days=1)
    store, _ = open_record(tmp_path)
    members = (
        UnreadMember("a.zip", f"{n:03d}.dav", 3, "it is <no> footage", "2026-05-01")
        for n in range(203)
    )
    with store:
        store.add_unread(members)
    with reading(store.path) as db:
        text = write_report(Results(db), tmp_path, tmp_path).read_text("utf-8")

    assert "What was not read" in text
    assert "<td>a.zip</td><td>007.dav</td>" in text
    assert "it is &lt;no&gt; footage" in text
    assert "3 more are not shown" in text


def test_rates_in_doubt_are_shown(tmp_path: Path) -> None:
    """The clip, the key that says one rate, and the other that its stream says."""
    store, run = open_record(tmp_path)
    outcome = seen()
    assert outcome.findings
    facts = {"framerate_from": "config", "stream_rate": 30.0}
    findings = replace(outcome.findings, **facts)  # type: ignore[arg-type]
    with store:
        store.commit(clip(1), run, replace(outcome, findings=findings), NOW)
        store.commit(clip(2), run, outcome, NOW)
    with reading(tmp_path / "weir.sqlite") as db:
        text = write_report(Results(db), tmp_path, tmp_path).read_text("utf-8")

    assert "analysis.assumed_framerate" in text
    assert '<td>clip00001_2026-05-01.h264</td><td class="n">1</td>' in text
    assert '<td class="n">30</td>' in text
    assert '<td>clip00002_2026-05-01.h264</td><td class="n">' not in text


def test_the_page_says_whether_a_person_has_looked(tmp_path: Path) -> None:
    """Before anything else, and beside each picture."""
    unseen = report(tmp_path, days=3)
    labels = [said(FISH, 2, 4, number=1), said(NOT, 2, 4, number=2, person="")]
    with reading(tmp_path / "weir.sqlite") as db:
        results = Results(db, book=LabelBook(labels))
        text = write_report(results, tmp_path, tmp_path).read_text("utf-8")

    assert "3 by the model, not checked by a person" in unseen
    sentence = "3 by the model, 1 confirmed by a person, 1 rejected, 1 open"
    first = "1 fish confirmed by people; 1 more counted by the model and not checked."
    head = text[text.index('class="headline">') :].split("</p>", 1)[0]
    assert f'"headline">{first}' in head
    assert f"<span>{sentence}</span>" in head
    assert '<span class="said">fish, says anna</span>' in text
    assert '<span class="said">no fish, says somebody</span>' in text


def test_what_moved_may_be_more_fish(tmp_path: Path) -> None:
    """So it is said at the head; and a fish that is nowhere among it is told apart."""
    labels = [about(FISH, 8, 9, 0), about(FISH, 3, 3, 1)]
    (tmp_path / "out").mkdir()
    text = six_days(tmp_path, labels, moments=1).read_text("utf-8")

    words = "another day may lead, and a day of none may have had fish: of 6"
    assert (
        f"{words} moments in which something moved that the model did not call" in text
    )
    assert text.index(words) < text.index("<dl")
    assert (
        "0 not. Nobody has looked at the other 5. 1 more fish that people saw is in"
        in text
    )
    unchecked = written(tmp_path, [about(NOT, 8, 9, 1)]).read_text("utf-8")
    assert "may hold more: 6 moments, 1 looked at." in unchecked
    every = [about(NOT, 8, 9, day) for day in range(6)]
    looked = written(tmp_path, every).read_text("utf-8")
    assert "People looked at all that moved and was not called, in 6 moments." in looked
    assert "may be too low" not in looked


def test_a_name_that_no_person_said_is_the_models(tmp_path: Path) -> None:
    """It is said where there is one, and what is confirmed is the fish."""
    (tmp_path / "out").mkdir()
    by_model = six_days(tmp_path, [about(FISH, 1, 2, 0)]).read_text("utf-8")
    named = replace(about(FISH, 1, 2, 0), species="Brown Trout")
    by_person = written(tmp_path, [named]).read_text("utf-8")

    words = "Names by the model: 1 is confirmed as fish by a person who did not say"
    assert words in by_model
    assert '<th class="n">confirmed as fish</th>' in by_model
    assert "<td>Brown Trout (named by the model)</td>" in by_model
    assert "<td>Brown Trout</td>" in by_person
    assert "Names by the model" not in by_person
    assert "confirmed as fish</th>" not in by_person


def test_a_chart_explains_just_the_bars_that_it_has(tmp_path: Path) -> None:
    """A pale one where there is one, an empty frame where there is one."""
    (tmp_path / "out").mkdir()
    every = [about(FISH, 1, 2, day) for day in range(6)]
    sure = six_days(tmp_path, every).read_text("utf-8")
    mixed = written(tmp_path, [*every[:4], about(NOT, 1, 2, 4)]).read_text("utf-8")

    looks = ("</span>counted by the model, not checked<", "a person rejected it<")
    assert [words in sure for words in looks] == [False] * 2
    assert [words in mixed for words in looks] == [True] * 2
    assert "</span>not counted: doubtful<" in sure


def test_what_is_empty_throughout_is_left_out(tmp_path: Path) -> None:
    """Columns and a chart of what no clip says; why, is said once."""
    store, run = open_record(tmp_path)
    with store:
        store.commit(clip(1), run, seen([encounter(1, 2, 4, max_n=None)]), NOW)
    with reading(store.path) as db:
        text = write_report(Results(db), tmp_path, tmp_path).read_text("utf-8")

    for heading in ("planned min", "filmed min", "missed", "start (UTC)"):
        assert f">{heading}</th>" not in text
    assert "<h2>By hour of day" not in text
    assert "there is no chart by hour" in text
    assert "no camera's own account" in text
    (tmp_path / "full" / "out").mkdir(parents=True)
    full = six_days(tmp_path / "full").read_text("utf-8")
    assert ">start (UTC)</th>" in full and "<h2>By hour of day" in full


def test_clips_of_an_older_run_are_named(tmp_path: Path) -> None:
    """With the command that counts them again; here all of them, by method 1."""
    text = report(tmp_path, days=2)

    assert "2 clips are still counted by run 1" in text
    assert "<code>weir-analysis reanalyse</code> counts them again" in text
    assert text.count("clip00002_2026-05-04.h264") == 4


def test_other_thresholds_are_beside_the_own(tmp_path: Path) -> None:
    """What each would count; and why lower ones are not told, where they are not."""
    store, run = open_record(tmp_path)
    with store:
        store.commit(clip(1), run, made_clip(1).outcome(0.5), NOW)
    with reading(store.path) as db:
        steps = band(Results(db))
        text = write_report(Results(db), tmp_path, tmp_path).read_text("utf-8")
    with Store(store.path) as store:
        store.commit(clip(2), run, seen([encounter(1, 2, 4)]), NOW)
    with reading(store.path) as db:
        older = write_report(Results(db), tmp_path, tmp_path).read_text("utf-8")

    shown = [f">{step.encounters}</td>" for step in steps]
    row = text[text.index("<td>encounters</td>") :].split("</tr>", 1)[0]
    assert [cell in row for cell in shown] == [True] * 7
    assert row.count(" own") == 1
    assert "Lower ones cannot be told" not in text
    assert "an earlier Weir looked at 1 clip," in older
