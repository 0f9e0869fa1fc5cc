"""The browser says what is wrong with a page: else all would be well of any page."""

from __future__ import annotations

from pathlib import Path

from tests.browser.chromium import PHONE, Chromium

WIDE_TABLE = "<table><tr><td style='white-space: nowrap'>" + "word " * 99
SCROLLER = "<div style='overflow-x: auto'>"
HIDDEN = "<div style='overflow-x: hidden'>"


def page(folder: Path, body: str) -> Path:
    """A page with this in it."""
    file = folder / "page.html"
    head = "<!doctype html><meta name=viewport content='width=device-width'>"
    file.write_text(f"{head}<title>x</title>{body}", "utf-8")
    return file


def test_a_table_that_sticks_out_is_noticed(tmp_path: Path, chromium: Chromium) -> None:
    """Also where its end is hidden; not where one can scroll to it."""
    chromium.view(PHONE)
    found = []
    for around in ("", HIDDEN, SCROLLER):
        chromium.open(page(tmp_path, around + WIDE_TABLE))
        found.append([line.split(" ", 1)[0] for line in chromium.cut()])

    assert found[0][:2] == ["the", "out:"]
    assert "cut:" in found[1]
    assert found[2] == []


def test_a_script_that_fails_is_noticed(tmp_path: Path, chromium: Chromium) -> None:
    """And what a page before it said is forgotten."""
    chromium.open(page(tmp_path, "<script>nobody.knows()</script>"))
    said = chromium.console()
    chromium.open(page(tmp_path, "<p>well</p>"))

    assert "nobody is not defined" in said[0]
    assert chromium.console() == []


def test_a_text_that_is_too_faint_is_noticed(
    tmp_path: Path, chromium: Chromium
) -> None:
    """Grey on white; not the same grey on black."""
    faint = "<p style='color: #aaa'>grey</p>"
    found = []
    for paper in ("#fff", "#000"):
        chromium.open(page(tmp_path, f"<div style='background: {paper}'>{faint}</div>"))
        found.append(chromium.faint())

    assert found == [['2.3 "grey"'], []]


def test_a_page_that_loads_something_is_noticed(
    tmp_path: Path, chromium: Chromium
) -> None:
    """What lies inside it is not loaded."""
    (tmp_path / "style.css").write_text("p { color: red }", "utf-8")
    inside = "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>"
    chromium.open(page(tmp_path, f"<link rel=stylesheet href=style.css>{inside}"))

    names = [Path(address).name for address in chromium.loaded()]
    assert names == ["page.html", "style.css"]


def test_it_can_be_dark_paper_narrow_and_without_scripts(
    tmp_path: Path, chromium: Chromium
) -> None:
    """The page sees each of them."""
    asked = "(prefers-color-scheme: dark)", "print", "(max-width: 400px)"
    chromium.view(PHONE, dark=True, paper=True, scripts=False)
    chromium.open(page(tmp_path, "<script>document.title = 'ran'</script>"))
    chromium.view(PHONE, dark=True, paper=True)
    seen = [chromium.ask(f"return matchMedia('{words}').matches") for words in asked]

    assert seen == [True, True, True]
    assert chromium.driver.title == "x"
