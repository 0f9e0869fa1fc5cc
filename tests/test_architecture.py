"""ARCHITECTURE.md, CONTRIBUTING.md and tests/README.md speak of what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = ("ARCHITECTURE.md", "CONTRIBUTING.md", "tests/README.md")
PATH = re.compile(
    r"`((?:weir|capture|analysis|systemd|demo|training|benchmarks|tests)/[\w./-]*)`"
    r"( \(new\))?"
)


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_a_page_names_exists(page: str) -> None:
    """Those of rooms that are not built yet say so, and are not there."""
    named = PATH.findall((ROOT / page).read_text("utf-8"))

    assert [path for path, new in named if (ROOT / path).exists() == bool(new)] == []
    assert named


@pytest.mark.parametrize("package", ["capture", "analysis"])
def test_every_wing_is_on_the_map(package: str) -> None:
    """Whoever builds a room draws it, too."""
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    wings = [file.parent.name for file in (ROOT / package).glob("*/__init__.py")]

    assert [wing for wing in sorted(wings) if f"{wing}/" not in page] == []
