"""One browser for all tests here; they are skipped where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.analysis.review.footed import lay
from tests.analysis.review.reviewing import Reviewing
from tests.browser.chromium import Chromium, why_not
from tests.browser.reviewer import PICTURE, Reviewer, address

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave what opens a browser to ``make slow``, and skip it where there is none."""
    why = why_not()
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)
            if why:
                item.add_marker(pytest.mark.skip(reason=why))


@pytest.fixture(scope="session")
def one_chromium() -> Iterator[Chromium]:
    """The browser; starting it costs a second."""
    with Chromium() as chromium:
        yield chromium


@pytest.fixture
def chromium(one_chromium: Chromium) -> Chromium:
    """The browser as a test finds it: wide, light, on a screen, with scripts."""
    one_chromium.view()
    return one_chromium


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Reviewing]:
    """The page on four clips with ten encounters and two moments each."""
    lay(tmp_path, clips=4, moments=2, picture=PICTURE)
    with Reviewing(tmp_path, letters={"t": "trout"}) as page:
        yield page


@pytest.fixture
def anna(page: Reviewing, chromium: Chromium) -> Reviewer:
    """Somebody at the page."""
    chromium.open(address(page))
    chromium.ask("localStorage.clear()")
    return Reviewer(chromium, address(page))
