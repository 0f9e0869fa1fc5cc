"""The review page in a real browser: keys, pictures, and what comes of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from tests.analysis.review.footed import lay
from tests.analysis.review.reviewing import Reviewing
from tests.browser.chromium import Chromium
from tests.browser.reviewer import PICTURE, Reviewer, address


@pytest.mark.timeout(600)
def test_five_hundred_encounters_take_few_keys_and_no_waiting(
    tmp_path: Path, chromium: Chromium
) -> None:
    """At most 1.2 keys a decision, 150 ms to the next picture, 1.5 s when cold."""
    lay(tmp_path, clips=50, picture=PICTURE)
    with Reviewing(tmp_path) as page:
        anna = Reviewer(chromium, address(page))
        anna.played()
        cold = [m["ms"] for m in anna.measured("picture") + anna.measured("strip")]
        decided = 0
        while anna.item and decided < 500:
            anna.prefetched()
            keys = {7: ("3", "c"), 19: ("n", "odd", Keys.ENTER, "x")}.get(
                decided % 25, ("x",) if decided % 3 else (Keys.ENTER,)
            )
            anna.decide(*keys)
            decided += 1
        anna.saved()
        pictures = anna.measured("picture")[1:]

    assert decided == 500 == len(page.labels)
    assert anna.keys / decided <= 1.2
    kinds = Counter(one["source"] for one in pictures)
    assert kinds["strip"] > 450
    times = sorted(one["ms"] for one in pictures)
    print(f"{anna.keys / decided:.2f} keys a decision, pictures {times[475]:.0f} ms at")
    print(f"the 95th percentile, {max(cold):.0f} ms cold")
    assert times[475] <= 150
    assert max(cold) <= 1500
    verdicts = Counter(label.verdict for label in page.labels)
    assert verdicts["not"] > verdicts["fish"] > 100


@pytest.mark.parametrize("is_kept", [True, False])
def test_what_moved_is_outlined(
    tmp_path: Path, chromium: Chromium, is_kept: bool
) -> None:
    """In the best frame of an encounter without boxes, or in its snapshot."""
    shape = "250,250 750,250 750,750 250,750"
    lay(tmp_path, clips=1, picture=PICTURE, outline=shape)
    if not is_kept:
        (tmp_path / "done" / "river.zip").unlink()
    with Reviewing(tmp_path) as page:
        anna = Reviewer(chromium, address(page))
        anna.until(f"document.body.dataset.picture === '{_SOURCE[is_kept]}'")
        anna.press(" ")
        best = f"frame {anna.item.split('-')[1]} "
        while is_kept and not anna.text("#frame").startswith(best):
            anna.press(",")
        assert [_is_marked(anna, x) for x in (0.25, 0.5, 0.75)] == [True, False, True]
        if is_kept:
            anna.press(".")
            assert not _is_marked(anna, 0.25)


@pytest.mark.parametrize("shape", ["250,250 750,250 750,750 250,750", ""])
def test_a_moment_is_outlined(tmp_path: Path, chromium: Chromium, shape: str) -> None:
    """In its best frame, in the place of the box; one of an old run has the box."""
    lay(tmp_path, clips=1, moments=1, picture=PICTURE, outline=shape)
    with Reviewing(tmp_path) as page:
        where = address(page).replace("=all", "=moments")
        anna = Reviewer(chromium, where)
        anna.played()
        anna.press(" ")
        while not anna.text("#frame").startswith("frame 8 "):
            anna.press(",")
        marks = [_is_marked(anna, x) for x in (0.2, 0.25, 0.6, 0.75)]

    assert marks == [not shape, bool(shape), not shape, bool(shape)]


_SOURCE = {True: "strip", False: "snapshot"}


def _is_marked(anna: Reviewer, x: float) -> bool:
    """Whether a line is there, at the middle of the picture's height."""
    found: bool = anna.chromium.ask(
        "const c = document.querySelector('#canvas'), ink = c.getContext('2d');"
        " const d = ink.getImageData(c.width * arguments[0], c.height / 2, 1, 1).data;"
        " return String([...d]) === '255,220,64,255'",
        x,
    )
    return found


def test_each_key_says_what_the_help_says(page: Reviewing, anna: Reviewer) -> None:
    """Enter, X, U, letters, digits, a note, and the same fish as before."""
    anna.decide(Keys.ENTER)
    anna.decide("x")
    anna.decide("u")
    anna.decide("3", "t")
    anna.decide("+", "+", "-", "f")
    anna.decide("n", "what is ?/+z", Keys.ENTER, "m")
    anna.decide("/", "grayling", Keys.ENTER)
    anna.saved()

    said = [(x.verdict, x.species, x.count) for x in page.labels]
    assert said[:4] == [
        ("fish", "chub", 1),
        ("not", "", None),
        ("unsure", "", None),
        ("fish", "trout", 3),
    ]
    assert said[4] == ("fish", "", 2)
    assert said[5][:2] == ("fish", "")
    assert "what is ?/+z; the same fish as in" in page.labels[5].note
    assert said[6][:2] == ("fish", "grayling")
    assert {x.person for x in page.labels} == {"anna"}


def test_arrows_move_and_decide_nothing(page: Reviewing, anna: Reviewer) -> None:
    """There and back; what was left out is asked at the end."""
    first = anna.item
    anna.press(Keys.ARROW_RIGHT)
    anna.until(f"document.body.dataset.item !== '{first}'")
    second = anna.item
    anna.press(Keys.ARROW_LEFT)
    anna.until(f"document.body.dataset.item === '{first}'")

    assert page.labels == []
    assert anna.decide("x") == second


def test_at_the_end_nothing_is_left(page: Reviewing, chromium: Chromium) -> None:
    """By the bar and by the queue's name; and an undo counts from there."""
    where = f"http://127.0.0.1:{page.port}/?queue=encounters"
    chromium.open(where)
    chromium.ask("localStorage.clear()")
    anna = Reviewer(chromium, where)
    while anna.item:
        anna.decide("x")
    anna.until("document.querySelector('#state').textContent.startsWith('Nothing')")

    assert len(page.labels) == 40
    assert anna.text("#left") == "0 of 40 left"
    assert anna.text("#queue option:checked") == "All encounters (0)"
    last = page.labels[-1]
    anna.press("z")
    anna.until(f"document.body.dataset.item.includes('{last.sha256}')")
    assert anna.text("#left").startswith("1 of 40 left")


def test_undo_goes_back_to_any_depth(page: Reviewing, anna: Reviewer) -> None:
    """To the items, one step after the other, and to nothing at all."""
    seen = [anna.item]
    for key in ("x", Keys.ENTER, "u", "t", "x"):
        seen.append(anna.decide(key))
    for before in reversed(seen[:-1]):
        anna.press("z")
        anna.until(f"document.body.dataset.item === '{before}'")
    anna.press("z")
    anna.until("document.querySelector('#state').textContent.includes('nothing')")

    assert len(page.labels) == 10
    assert all(item["said"] == [] for item in page.next("anna", queue="all"))


def test_a_clip_is_selected_and_decided_at_once(
    page: Reviewing, anna: Reviewer
) -> None:
    """As one step; and a whole clip can be called watched."""
    anna.press("e")
    anna.until("document.querySelector('#selected').textContent")
    first = anna.item
    after = anna.decide("x")
    anna.saved()
    clip = page.labels[0].sha256
    assert {x.sha256 for x in page.labels} == {clip} and len(page.labels) == 12
    assert clip not in after
    anna.press("z")
    anna.until(f"document.body.dataset.item.startsWith('{first[:60]}')")
    assert len(page.labels) == 24
    anna.decide("w")
    anna.saved()
    assert (page.labels[-1].verdict, page.labels[-1].last_frame) == ("watched", 79)


def test_keys_are_off_while_typing(page: Reviewing, anna: Reviewer) -> None:
    """And while a question stands there."""
    anna.press("n", "xxuz eem", Keys.ESCAPE)
    anna.press("?")
    anna.until("document.querySelector('#helping').open")
    anna.press("x", Keys.ESCAPE)
    anna.press("/", "xu", Keys.ESCAPE)
    anna.until("!document.querySelector('dialog[open]')")

    assert page.labels == []
    anna.decide("u")
    anna.saved()
    assert [x.note for x in page.labels] == [""]


def test_space_comma_and_period_play_and_step(anna: Reviewer) -> None:
    """Stepping stops the loop."""
    anna.played()
    anna.press(",")
    anna.until("document.querySelector('#play').textContent === '▶'")
    frame = anna.text("#frame")
    anna.press(".")
    assert anna.text("#frame") != frame
    anna.press(",")
    assert anna.text("#frame") == frame
    anna.press(" ")
    anna.until("document.querySelector('#play').textContent !== '▶'")


def test_a_sweep_decides_many_at_once_by_keyboard(
    page: Reviewing, anna: Reviewer
) -> None:
    """Tab to the view, choose some with Space, decide them with one key."""
    for _ in range(20):
        if anna.chromium.ask("return document.activeElement.id") == "view":
            break
        anna.press(Keys.TAB)
    anna.press(Keys.ENTER)
    anna.until("document.querySelectorAll('.card').length > 40")
    anna.press(" ", Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, " ", "x")
    anna.until("document.querySelectorAll('.card').length === 46")
    anna.saved()
    assert [x.verdict for x in page.labels] == ["not", "not"]
    anna.press("z")
    anna.until("document.querySelectorAll('.card').length === 48")
    anna.press("e", "u")
    anna.until("document.querySelectorAll('.card').length === 0")
    anna.saved()
    assert Counter(x.verdict for x in page.labels)["unsure"] == 48


def test_a_clip_that_is_gone_is_its_snapshot_and_a_word(
    page: Reviewing, chromium: Chromium
) -> None:
    """And can be decided all the same."""
    (page.root / "done" / "river.zip").unlink()
    anna = Reviewer(chromium, address(page), "ben")
    anna.until("!document.querySelector('#gone').hidden")

    assert "no longer in done/" in anna.text("#gone")
    assert anna.chromium.ask("return document.body.dataset.picture") == "snapshot"
    anna.decide("x")
    anna.saved()
