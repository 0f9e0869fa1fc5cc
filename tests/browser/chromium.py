"""A real Chromium without a window, steered by its own driver."""

from __future__ import annotations

import base64
import json
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Optional, Union

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from tests.browser import layout

WIDE, PHONE = 1400, 390
"""The widths, in CSS pixels, in which pages are looked at."""

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_DRIVER = "chromedriver"
_FLAGS = (
    "--headless=new",
    "--no-sandbox",  # the tests of the units need root, and Chromium then wants this
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",  # a phone has none that take room
)


def why_not() -> str:
    """Say why no browser can be opened here; an empty text if one can."""
    if not _browser():
        return "there is no Chromium (sudo apt install chromium)"
    if not shutil.which(_DRIVER):
        return "there is no chromedriver (sudo apt install chromium-driver)"
    return ""


def _browser() -> Optional[str]:
    return next((path for name in _BROWSERS if (path := shutil.which(name))), None)


class Chromium:
    """One browser with one page; it is closed at the end of the ``with``."""

    def __enter__(self) -> Chromium:
        self._profile = tempfile.mkdtemp(prefix="weir-chromium-")
        options = Options()
        options.binary_location = _browser() or ""
        for flag in (*_FLAGS, f"--user-data-dir={self._profile}"):
            options.add_argument(flag)
        options.set_capability(
            "goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"}
        )
        self.driver = webdriver.Chrome(options, Service(shutil.which(_DRIVER)))
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.driver.quit()
        shutil.rmtree(self._profile, ignore_errors=True)

    def open(self, page: Union[Path, str]) -> None:
        """Go to a file, or to an address; forget what was said and loaded before."""
        self.console()
        self.loaded()
        address = page.resolve().as_uri() if isinstance(page, Path) else page
        self.driver.get(address)

    def view(
        self,
        width: int = WIDE,
        *,
        dark: bool = False,
        paper: bool = False,
        scripts: bool = True,
    ) -> None:
        """Say how pages are looked at from now on; scripts from the next page on."""
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1}
        self._tell("Emulation.setDeviceMetricsOverride", **metrics, mobile=False)
        colours = {
            "name": "prefers-color-scheme",
            "value": "dark" if dark else "light",
        }
        media = "print" if paper else "screen"
        self._tell("Emulation.setEmulatedMedia", media=media, features=[colours])
        self._tell("Emulation.setScriptExecutionDisabled", value=not scripts)

    def ask(self, script: str, *values: object) -> Any:
        """Return what a piece of JavaScript returns."""
        return self.driver.execute_script(script, *values)

    def console(self) -> list[str]:
        """Return what the console said since it was asked last, warnings and errors."""
        said = self._log("browser")
        return [s["message"] for s in said if s["level"] in ("WARNING", "SEVERE")]

    def loaded(self) -> list[str]:
        """Return what was asked for since this was asked last, the page itself first.

        What lies in a page is left out.
        """
        told = [json.loads(entry["message"]) for entry in self._log("performance")]
        asked = [
            each["message"]["params"]["request"]["url"]
            for each in told
            if each["message"]["method"] == "Network.requestWillBeSent"
        ]
        return [address for address in asked if not address.startswith("data:")]

    def cut(self) -> list[str]:
        """Return what sticks out of the page, or is cut off, and cannot be scrolled."""
        found: list[str] = self.ask(layout.CUT)
        return found

    def faint(self) -> list[str]:
        """Return the texts that are hard to read, each with its contrast."""
        found: list[str] = self.ask(layout.FAINT)
        return found

    def picture(self, file: Path) -> Path:
        """Write the whole page as a PNG, and return its path."""
        size = self._tell("Page.getLayoutMetrics")["cssContentSize"]
        clip = {**size, "height": min(size["height"], 16000), "scale": 1}
        taken = self._tell(
            "Page.captureScreenshot", clip=clip, captureBeyondViewport=True
        )
        file.write_bytes(base64.b64decode(taken["data"]))
        return file

    def pdf(self, file: Path) -> Path:
        """Print the page on A4, and return the file's path."""
        self._tell("Emulation.setEmulatedMedia", media="", features=[])
        paper = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": False}
        printed = self._tell("Page.printToPDF", **paper)
        file.write_bytes(base64.b64decode(printed["data"]))
        return file

    def _log(self, kind: str) -> list[dict[str, Any]]:
        get_log: Any = self.driver.get_log
        told: list[dict[str, Any]] = get_log(kind)
        return told

    def _tell(self, command: str, **values: object) -> Any:
        return self.driver.execute_cdp_cmd(command, values)
