"""The words of the report in a browser: large enough, and dates in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium.webdriver.common.by import By

from analysis.values.label import FISH, NOT
from tests.analysis.report.made_report import about, six_days
from tests.browser.chromium import PHONE, WIDE, Chromium


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of six days of which people have looked at two."""
    folder = tmp_path_factory.mktemp("report")
    (folder / "out").mkdir()
    return six_days(folder, [about(FISH, 1, 2, 0), about(NOT, 1, 2, 1)])


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_the_words_of_a_chart_can_be_read(
    chromium: Chromium, season: Path, width: int
) -> None:
    """On a phone, too, where the chart is wider than the screen."""
    sizes = (
        "return Array.from(document.querySelectorAll('.chart text')).map(t =>"
        " parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a"
        " / Math.cos(Math.atan2(t.getScreenCTM().b, t.getScreenCTM().a)))"
    )
    chromium.view(width)
    chromium.open(season)
    found = chromium.ask(sizes)
    chromium.view()

    assert len(found) > 30
    assert min(found) >= 10


@pytest.mark.parametrize("width", [WIDE, 610, 470, PHONE])
def test_a_date_stands_in_its_line(
    chromium: Chromium, season: Path, width: int
) -> None:
    """Whole, and with the words around it, however wide the page is."""
    chromium.view(width)
    chromium.open(season)
    dates = chromium.driver.find_elements(By.CSS_SELECTOR, "p .date")
    found = [
        chromium.ask("return arguments[0].getClientRects().length", d) for d in dates
    ]
    shown = {date.value_of_css_property("display") for date in dates}
    chromium.view()

    assert len(found) > 3
    assert (set(found), shown) == ({1}, {"inline"})
