"""What a benchmark prints goes into a page, and nothing else of the page changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import page

PAGE = "# A page\n<!-- figures -->\n```\nold 1\n```\n<!-- /figures -->\nand its end\n"


def test_what_is_printed_takes_the_place_of_what_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is shown as well."""
    readme = tmp_path / "README.md"
    readme.write_text(PAGE)

    with page.into(readme):
        print("new 2")

    assert readme.read_text() == PAGE.replace("old 1", "new 2")
    assert capsys.readouterr().out == "new 2\n"


def test_a_page_without_a_place_is_told_before_anything_is_measured(
    tmp_path: Path,
) -> None:
    """With what it lacks."""
    readme = tmp_path / "README.md"
    readme.write_text("# A page\n")

    with pytest.raises(page.PageError, match=r"README.md: expected the lines <!-- fig"):
        page.into(readme).__enter__()


def test_a_measurement_that_fails_changes_no_page(tmp_path: Path) -> None:
    """Half of the figures are none."""
    readme = tmp_path / "README.md"
    readme.write_text(PAGE)

    with pytest.raises(ZeroDivisionError), page.into(readme):
        print(1 / 0)

    assert readme.read_text() == PAGE
