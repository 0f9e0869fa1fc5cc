"""axe-core: what keeps people from reading or steering a page, as its rules find it."""

from __future__ import annotations

from importlib.metadata import files
from typing import Any

from tests.browser.chromium import Chromium

SERIOUS = ("serious", "critical")


def _source() -> str:
    """The engine's text, from a package that is there for it alone."""
    found = files("axe-playwright-python") or ()
    (script,) = (file for file in found if file.name == "axe.min.js")
    return script.read_text("utf-8")


def serious(chromium: Chromium) -> list[str]:
    """Return what is serious, or worse, about the page that is open."""
    chromium.ask(_source())
    chromium.driver.set_script_timeout(60)
    done: Any = chromium.driver.execute_async_script(
        "const tell = arguments[0]; axe.run(document,"
        " {resultTypes: ['violations']}).then(tell, e => tell({violations:"
        " [{id: String(e), impact: 'critical', nodes: []}]}));"
    )
    return [
        f"{rule['id']}: {node['html'][:120]} {node.get('failureSummary', '')[:200]}"
        for rule in done["violations"]
        if rule["impact"] in SERIOUS
        for node in rule["nodes"] or [{"html": ""}]
    ]
