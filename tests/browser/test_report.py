"""The report in a browser: whole in every width, light, dark and on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from analysis.comparison.changes import compare
from analysis.comparison.page import write_page
from analysis.record.file.reader import reading
from analysis.record.results import Results
from analysis.report.gallery import FOLDER, MOST
from analysis.values.label import FISH, NOT
from tests.analysis.made_record import NOW, SETTINGS, clip, encounter, open_record
from tests.analysis.report.made_report import (
    about,
    crowd,
    eel_beside,
    outcome,
    own_sha,
    six_days,
    written,
)
from tests.browser.axe import serious
from tests.browser.chromium import PHONE, WIDE, Chromium

SHOWN = (
    "return Array.from(document.querySelectorAll('figure[data-status]'))"
    ".filter(card => card.checkVisibility()).map(card => card.dataset.{})"
)
VIEWS = {
    "wide": {"width": WIDE},
    "dark": {"width": WIDE, "dark": True},
    "phone": {"width": PHONE},
    "dark phone": {"width": PHONE, "dark": True},
    "paper": {"width": 700, "paper": True},
    "paper of a dark machine": {"width": 700, "paper": True, "dark": True},
}
BYTES = 40_000_000
PARTS = (By.CSS_SELECTOR, ".frame img, .outline, .close")


def folder_of(factory: pytest.TempPathFactory) -> Path:
    """A folder with a place for a report."""
    folder = factory.mktemp("report")
    (folder / "out").mkdir()
    return folder


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of six days of which people have looked at some."""
    labels = [about(FISH, 1, 2, 0), about(NOT, 1, 2, 1), about(FISH, 8, 9, 2)]
    return six_days(folder_of(tmp_path_factory), labels, moments=4)


@pytest.fixture(scope="module")
def huge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with more encounters than fit on a page."""
    return crowd(folder_of(tmp_path_factory), a_day=MOST // 2 + 5, days=2)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of nothing."""
    folder = folder_of(tmp_path_factory)
    open_record(folder)[0].close()
    return written(folder)


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a comparison: the same pictures, the same style."""
    folder = tmp_path_factory.mktemp("compared")
    store, run = open_record(folder)
    with store:
        runs = run, store.run({**SETTINGS, "rotate": 90}, NOW)
        for number, kind in zip(runs, ("eel", "cod")):
            met = [encounter(1, 0, 1), encounter(2, 3, 4, label=kind)]
            store.commit(clip(1), number, outcome(met[number - 1 :]), NOW)
    with reading(folder / "weir.sqlite") as db:
        results = (Results(db, runs[0]), Results(db, runs[1]))
        return write_page(compare(*results, runs), folder, folder)


def choose(chromium: Chromium, name: str, words: str) -> None:
    """Take one of a filter's choices."""
    Select(chromium.driver.find_element(By.NAME, name)).select_by_visible_text(words)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("what", ["season", "huge", "empty", "compared"])
def test_it_is_whole_and_readable(
    chromium: Chromium, request: pytest.FixtureRequest, what: str, view: str
) -> None:
    """Nothing sticks out or is faint, the console is silent, and nothing is loaded."""
    page: Path = request.getfixturevalue(what)
    chromium.view(**VIEWS[view])  # type: ignore[arg-type]
    chromium.open(page)

    assert chromium.cut() == []
    assert chromium.faint() == []
    assert chromium.console() == []
    assert chromium.loaded() == [page.as_uri()]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("what", ["season", "huge", "empty", "compared"])
def test_everybody_can_read_it(
    chromium: Chromium, request: pytest.FixtureRequest, what: str, *, dark: bool
) -> None:
    """By axe-core: nothing serious keeps anybody from it, with all of it unfolded."""
    chromium.view(dark=dark)
    chromium.open(request.getfixturevalue(what))
    chromium.ask("document.querySelectorAll('details').forEach(d => d.open = true)")

    assert serious(chromium) == []


def test_all_is_shown_until_somebody_asks_for_less(
    chromium: Chromium, season: Path
) -> None:
    """What counts and what was rejected in the open, the rest folded away."""
    chromium.open(season)
    statuses = chromium.ask(SHOWN.format("status"))

    assert statuses == ["counted"] * 6 + ["rejected"]
    output = chromium.driver.find_element(By.TAG_NAME, "output")
    assert output.text == "19 of 19 shown"


def test_encounters_can_be_filtered(chromium: Chromium, season: Path) -> None:
    """By kind, day, status, a person's word and score; and all are shown again."""
    chromium.open(season)
    choose(chromium, "kind", "Creek Chub")
    assert chromium.ask(SHOWN.format("day")) == ["2026-05-05", "2026-05-02"]
    choose(chromium, "said", "not a fish")
    assert chromium.ask(SHOWN.format("day")) == ["2026-05-02"]

    chromium.driver.find_element(By.CSS_SELECTOR, "button[type=reset]").click()
    choose(chromium, "status", "doubtful")
    assert chromium.ask(SHOWN.format("status")) == ["doubtful"] * 6
    choose(chromium, "day", "2026-05-04")
    assert chromium.ask(SHOWN.format("day")) == ["2026-05-04"]

    chromium.driver.find_element(By.CSS_SELECTOR, "button[type=reset]").click()
    chromium.driver.find_element(By.NAME, "score").send_keys("\b0.86")
    scores = [float(score) for score in chromium.ask(SHOWN.format("score"))]
    assert scores
    assert min(scores) >= 0.86
    assert chromium.console() == []


def test_what_swam_beside_is_found(chromium: Chromium, tmp_path: Path) -> None:
    """By its own name, as its encounter."""
    (tmp_path / "out").mkdir()
    chromium.open(eel_beside(tmp_path))
    found = []
    for kind in ("eel", "c|d?", "Brown Trout"):
        choose(chromium, "kind", kind)
        found.append(chromium.ask(SHOWN.format("status")))

    assert found == [["counted"]] * 3
    assert chromium.console() == []


def test_it_is_complete_without_scripts(chromium: Chromium, season: Path) -> None:
    """All is there, and no filter that would do nothing."""
    chromium.view(scripts=False)
    chromium.open(season)
    chromium.view()

    assert not chromium.driver.find_element(By.ID, "filters").is_displayed()
    assert len(chromium.ask(SHOWN.format("status"))) == 7
    cards = chromium.driver.find_elements(By.CSS_SELECTOR, "figure[data-status]")
    assert len(cards) == 19


@pytest.mark.parametrize(("frames", "day"), [("1-2", 3), ("7-7", 3)])
def test_a_link_leads_to_its_encounter(
    chromium: Chromium, season: Path, frames: str, day: int
) -> None:
    """Also where it is folded away."""
    anchor = f"{own_sha(day)[:16]}-{frames}"
    chromium.open(f"{season.as_uri()}#{anchor}")
    card = chromium.driver.find_element(By.ID, anchor)

    top = chromium.ask("return arguments[0].getBoundingClientRect().top", card)
    assert card.is_displayed()
    assert -1 < top < 900


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_a_picture_can_be_seen_larger(
    chromium: Chromium, season: Path, width: int
) -> None:
    """With its outline and close up, by a click and by Enter; then all is as it was."""
    chromium.view(width)
    chromium.open(season)
    card = chromium.driver.find_element(By.CSS_SELECTOR, ".card")
    before = [part.size["width"] for part in card.find_elements(*PARTS)]
    place = card.rect
    card.find_element(By.CSS_SELECTOR, ".shown").click()
    dialog = chromium.driver.find_element(By.CSS_SELECTOR, "dialog.large")
    parts = dialog.find_elements(*PARTS)
    large = [part.size["width"] for part in parts]
    plain = [part.value_of_css_property("opacity") for part in parts]
    dialog.find_element(By.CSS_SELECTOR, ".close").click()

    hint = dialog.find_element(By.CSS_SELECTOR, ".hint").value_of_css_property
    assert (hint("display") != "none") == (width == PHONE)
    assert len(large) == 3
    assert all(after > 1.9 * width for after, width in zip(large, before))
    assert plain == ["1"] * 3
    assert (dialog.is_displayed(), card.rect) == (False, place)
    card.find_element(By.CSS_SELECTOR, ".shown").send_keys(Keys.ENTER)
    assert dialog.is_displayed()
    dialog.find_element(By.TAG_NAME, "button").click()
    assert not dialog.is_displayed()
    assert chromium.cut() == []
    chromium.view()


def test_what_is_wider_than_the_page_says_that_it_scrolls(
    chromium: Chromium, season: Path
) -> None:
    """On a phone, and only there."""
    hint = "return document.querySelectorAll('.sideways').length"
    chromium.view(PHONE)
    chromium.open(season)
    small = chromium.ask(hint)
    chromium.view()
    chromium.open(season)

    assert (small > 0, chromium.ask(hint)) == (True, 0)


def test_the_false_counts_are_named_at_the_head(
    chromium: Chromium, season: Path
) -> None:
    """What a person rejected of the counted, by links to the pictures."""
    chromium.open(season)
    link = chromium.driver.find_element(
        By.LINK_TEXT, "clip00001_2026-05-02.h264 frame 1"
    )
    assert link.location["y"] < 900
    link.click()

    card = chromium.driver.find_element(By.CSS_SELECTOR, ".card:target")
    assert card.get_attribute("data-status") == "rejected"
    assert card.is_displayed()


def test_a_huge_report_is_read_day_by_day(chromium: Chromium, huge: Path) -> None:
    """By links, from the report to a day, and on to the next; no page is too large."""
    chromium.open(huge)
    link = chromium.driver.find_element(By.PARTIAL_LINK_TEXT, "2026-05-01")
    link.click()
    first = chromium.cut(), len(chromium.ask(SHOWN.format("day")))
    chromium.driver.find_element(By.PARTIAL_LINK_TEXT, "part 2").click()
    second = chromium.cut(), len(chromium.ask(SHOWN.format("day")))

    assert (first, second) == (([], 250), ([], 5))
    assert chromium.console() == []
    sizes = [p.stat().st_size for p in (huge, *(huge.parent / FOLDER).iterdir())]
    assert max(sizes) < BYTES


def test_paper_has_no_filters(chromium: Chromium, season: Path, tmp_path: Path) -> None:
    """They cannot be used there; and the page can be printed."""
    chromium.view(700, paper=True)
    chromium.open(season)

    assert not chromium.driver.find_element(By.ID, "filters").is_displayed()
    assert chromium.pdf(tmp_path / "report.pdf").read_bytes()[:5] == b"%PDF-"
