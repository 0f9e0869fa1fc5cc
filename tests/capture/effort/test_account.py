"""The account of a slot: each second was filmed or lost, and never both."""

from __future__ import annotations

import ast
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from capture.effort.account import SlotAccount
from capture.slots.schedule import Slot
from weir.clock import UTC
from weir.deployment import DeploymentConfig
from weir.effort import EffortLine

ROOT = Path(__file__).parent.parent.parent.parent
SEVEN = datetime(2026, 5, 1, 7, tzinfo=UTC)
SLOT = Slot(SEVEN, SEVEN + timedelta(minutes=15), SEVEN + timedelta(hours=1))
CREEK = DeploymentConfig(id="creek", camera="cam1", timezone="UTC")


def moment(seconds: float) -> datetime:
    """So long into the slot."""
    return SEVEN + timedelta(seconds=seconds)


def line_of(account: SlotAccount) -> EffortLine:
    """Its line; planned is what was filmed and what was lost."""
    line = account.line(CREEK)
    lost = sum(seconds for _, seconds in line.missed)
    assert line.filmed_s + lost == line.planned_s
    return line


@pytest.mark.parametrize(
    ("late", "filmed", "missed"),
    [(4.9, 900, ()), (5, 895, (("camera", 5),))],
)
def test_a_moment_to_start_in_is_no_loss(
    late: float, filmed: float, missed: tuple[tuple[str, float], ...]
) -> None:
    """Less than five seconds in a whole slot."""
    account = SlotAccount.open(SLOT)
    account.miss("camera", moment(late))
    account.film("clip1", SLOT.end)
    line = line_of(account)

    assert (line.filmed_s, line.missed) == (filmed, missed)


@pytest.mark.parametrize(
    ("held", "filmed", "missed"),
    [(300, 600, {"drive error": 300}), (600, 900, {}), (700, 900, {})],
)
def test_a_clip_that_holds_less_has_lost_the_rest(
    held: float, filmed: float, missed: dict[str, float]
) -> None:
    """One that holds more takes the seconds after it."""
    account = SlotAccount.open(SLOT)
    account.film("clip1", moment(600))
    account.found("clip1", held, "drive error")
    account.film("clip2", SLOT.end)
    line = line_of(account)

    assert (line.filmed_s, dict(line.missed)) == (filmed, missed)


def test_a_clip_that_is_taken_back_was_not_filmed() -> None:
    """Not one byte of it came: its seconds are somebody else's to account for."""
    account = SlotAccount.open(SLOT)
    account.film("clip1", moment(300))
    account.discard("clip1")
    account.miss("camera", SLOT.end)

    assert dict(line_of(account).missed) == {"camera": 900}


def test_only_the_book_writes_accounts() -> None:
    """Outside of its room nobody changes the account of a slot."""
    writes = {"film", "miss", "discard", "found", "replan"}
    writers = set()
    for file in (ROOT / "capture").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Attribute) or node.attr.startswith("_"):
                continue
            of_account = ast.unparse(node.value).endswith("account")
            if of_account and (node.attr in writes or isinstance(node.ctx, ast.Store)):
                writers.add(file.relative_to(ROOT).as_posix())

    assert writers == {"capture/effort/book.py"}
