"""What the review page is to eyes and fingers: on a phone, dark, with any name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from tests.analysis.made_record import NOW, clip, encounter, open_record, seen, sidecar
from tests.analysis.review.reviewing import Reviewing
from tests.browser.axe import serious
from tests.browser.chromium import PHONE, WIDE, Chromium
from tests.browser.reviewer import Reviewer, address


def test_names_from_footage_are_text(tmp_path: Path, chromium: Chromium) -> None:
    """Of clips, cameras and species, of people and notes, in both views."""
    bad = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>"
    store, run = open_record(tmp_path / "results")
    with store:
        beside = sidecar(bad, 1, camera=bad, deployment=bad)
        found = seen([encounter(n, n, n, species=bad) for n in range(1, 8)])
        known = replace(clip(1, beside=beside, camera=bad), clip=f"{bad}.h264")
        store.commit(known, run, found, NOW)
    with Reviewing(tmp_path) as page:
        anna = Reviewer(chromium, address(page), bad)
        anna.decide("n", bad, Keys.ENTER, "u")
        anna.decide("/", bad, Keys.ENTER)
        anna.press(Keys.ARROW_LEFT)
        shown = chromium.ask("return document.body.textContent")
        chromium.ask("document.getElementById('view').click()")
        anna.until("document.querySelector('.card')")
        made = chromium.ask(
            "return document.querySelectorAll('[onerror], body script, img[src=x]')"
            ".length"
        )

    assert made == 0 and bad in shown
    assert {label.person for label in page.labels} == {bad}


def test_a_record_that_is_not_there_is_said(tmp_path: Path, chromium: Chromium) -> None:
    """And the page goes on when there is one."""
    with Reviewing(tmp_path) as page:
        anna = Reviewer.__new__(Reviewer)
        anna.chromium, anna.keys = chromium, 0
        chromium.open(address(page))
        anna.until("document.querySelector('#asking-person').open")
        anna.press("anna", Keys.ENTER)
        anna.until("document.querySelector('#state.bad')")
        assert "there are no results yet" in anna.text("#state")


def test_what_is_left_is_always_in_sight(anna: Reviewer) -> None:
    """On a phone, too, wherever it is scrolled to, and over no button."""
    where = (
        "const f = (s) => document.querySelector(s).getBoundingClientRect();"
        " window.scrollTo(0, arguments[0]); const p = f('.progress');"
        " return [p.top, p.bottom, f('.verdicts').top, f('#left').width]"
    )
    for width, down in ((PHONE, 0), (PHONE, 900), (WIDE, 0), (WIDE, 900)):
        anna.chromium.view(width)
        top, bottom, buttons, wide = anna.chromium.ask(where, down)
        assert 0 <= top < bottom <= 900 and wide > 50
        assert bottom <= buttons + 1 or width == WIDE


@pytest.mark.parametrize("width", [PHONE, WIDE])
@pytest.mark.parametrize("dark", [False, True])
def test_nothing_keeps_anybody_out(anna: Reviewer, width: int, dark: bool) -> None:
    """By axe-core: in both views, with each question open; and nothing sticks out."""
    chromium = anna.chromium
    chromium.view(width, dark=dark)
    anna.played()
    found = {"focus": (serious(chromium), chromium.cut())}
    for dialog in ("helping", "asking-species", "asking-person"):
        chromium.ask(f"document.getElementById('{dialog}').showModal()")
        found[dialog] = (serious(chromium), [])
        chromium.ask(f"document.getElementById('{dialog}').close()")
    chromium.ask("document.getElementById('filters').open = true")
    found["filters"] = (serious(chromium), chromium.cut())
    chromium.ask("document.getElementById('filters').open = false")
    chromium.ask("document.getElementById('view').click()")
    anna.until("document.querySelectorAll('.card').length > 40")
    found["sweep"] = (serious(chromium), chromium.cut())

    assert {what: said for what, said in found.items() if said != ([], [])} == {}
    assert chromium.console() == []


def test_a_phone_has_four_large_buttons_and_swipes(
    page: Reviewing, anna: Reviewer
) -> None:
    """Right as called, left not a fish, up unsure."""
    chromium = anna.chromium
    chromium.view(PHONE)
    sizes = chromium.ask(
        "return [...document.querySelectorAll('.verdicts button')].map(b =>"
        " {const r = b.getBoundingClientRect(); return [r.width, r.height, r.bottom]})"
    )
    assert len(sizes) == 4
    assert all(w > 150 and h > 50 and bottom <= 900 for w, h, bottom in sizes)
    for x, y in ((200, 0), (-200, 0), (0, -120)):
        before = anna.item
        chromium.ask(
            "const c = document.querySelector('#canvas');"
            " const t = (x, y) => new Touch({identifier: 1, target: c, clientX: x,"
            " clientY: y});"
            " c.dispatchEvent(new TouchEvent('touchstart', {touches: [t(200, 300)]}));"
            " c.dispatchEvent(new TouchEvent('touchend', {changedTouches:"
            " [t(200 + arguments[0], 300 + arguments[1])]}));",
            x,
            y,
        )
        anna.until(f"document.body.dataset.item !== '{before}'")
    anna.saved()
    assert [x.verdict for x in page.labels] == ["fish", "not", "unsure"]


def test_a_moment_can_be_called_a_fish_with_the_green_button(
    page: Reviewing, anna: Reviewer
) -> None:
    """As an encounter can; by the key, Enter stays as it was called."""
    chromium = anna.chromium
    shown = (anna.text("#enter-key"), anna.text("#enter-words").split(":")[0])
    chromium.open(address(page).replace("=all", "=moments"))
    anna.until("(document.body.dataset.item || '').startsWith('m')")
    moment = (anna.text("#enter-key"), anna.text("#enter-words"), anna.text("#not"))
    before = anna.item
    chromium.ask("document.getElementById('enter').click()")
    anna.until(f"document.body.dataset.item !== '{before}'")
    anna.decide(Keys.ENTER)
    anna.saved()

    assert shown == ("Enter", "As called")
    assert moment == ("F", "A fish", "X Not a fish")
    assert [x.verdict for x in page.labels] == ["fish", "not"]


def test_a_phone_has_count_and_species_above_the_buttons(anna: Reviewer) -> None:
    """In sight from the first, over no button, and large enough for a finger."""
    anna.chromium.view(PHONE)
    anna.played()
    count, species, verdicts, high = anna.chromium.ask(
        "const f = (s) => document.querySelector(s).getBoundingClientRect();"
        " return [f('#more').bottom, f('#species button').bottom, f('.verdicts').top,"
        " f('#species button').height]"
    )

    assert 600 < count <= verdicts + 1
    assert 600 < species <= verdicts + 1
    assert high >= 44
    assert anna.chromium.cut() == []


def test_a_clip_without_a_time_of_day_has_a_day(
    tmp_path: Path, chromium: Chromium
) -> None:
    """A date is no local time."""
    store, run = open_record(tmp_path / "results")
    with store:
        known = clip(1, date="2026-05-01")
        store.commit(known, run, seen([encounter(1, 1, 2)]), NOW)
    with Reviewing(tmp_path) as page:
        facts = Reviewer(chromium, address(page)).text("#facts")

    assert "Day2026-05-01" in facts
    assert "time" not in facts.lower()
