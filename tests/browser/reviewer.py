"""Somebody who reviews: presses keys in a real browser, and waits as a person does."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests.analysis.review.reviewing import Reviewing
from tests.browser.chromium import Chromium

PATIENCE_S = 30.0
GREY = np.full((64, 96, 3), 120, np.uint8)
PICTURE = bytes(cv2.imencode(".jpg", GREY)[1])


def address(page: Reviewing) -> str:
    """Where the page is."""
    return f"http://127.0.0.1:{page.port}/?queue=all"


class Reviewer:
    """A person at the review page.

    Args:
        chromium: the browser.
        address: the page's.
        name: the person's.
    """

    def __init__(self, chromium: Chromium, address: str, name: str = "anna") -> None:
        self.chromium, self.keys = chromium, 0
        chromium.open(address)
        self.until("document.querySelector('#asking-person').open")
        self.press(name, Keys.ENTER)
        self.until("document.body.dataset.item")
        self.keys = 0

    @property
    def item(self) -> str:
        """The item that is shown; empty where nothing is left."""
        found: str = self.chromium.ask("return document.body.dataset.item || ''")
        return found

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        self.keys += len(keys)
        ActionChains(self.chromium.driver, duration=0).send_keys(*keys).perform()

    def decide(self, *keys: str) -> str:
        """Press keys of which the last one decides; the next item, when it is seen."""
        before = self.item
        self.press(*keys)
        self.until(
            f"document.body.dataset.item !== '{before}' && "
            "(!document.body.dataset.item || document.body.dataset.picture)"
        )
        return self.item

    def until(self, holds: str) -> None:
        """Wait for something to be so."""
        waiting = WebDriverWait(self.chromium.driver, PATIENCE_S, poll_frequency=0.01)
        waiting.until(lambda _: self.chromium.ask(f"return Boolean({holds})"), holds)

    def played(self) -> None:
        """Wait until the strip plays."""
        self.until("document.body.dataset.picture === 'strip'")

    def prefetched(self) -> None:
        """Wait until the strip plays, and that of the next item is there, too."""
        self.played()
        self.until("document.body.dataset.ahead !== '0'")

    def saved(self) -> None:
        """Wait until the server has acknowledged everything."""
        self.until("document.body.dataset.saved === 'true'")

    def measured(self, name: str) -> list[dict[str, Any]]:
        """How long pictures took, in milliseconds, each with what it was."""
        found: list[dict[str, Any]] = self.chromium.ask(
            "return performance.getEntriesByType('measure').filter(m => m.name ==="
            f" '{name}').map(m => ({{ms: m.duration, ...m.detail}}))"
        )
        return found

    def text(self, selector: str) -> str:
        """The text of an element."""
        found: str = self.chromium.ask(
            "return document.querySelector(arguments[0]).textContent", selector
        )
        return found
