"""A month alone in the river: power cuts, clock resets, drive losses."""

from __future__ import annotations

import hashlib
import os
import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Optional

import pytest

from tests.capture.river_bank import Field
from weir.clip import ClipName
from weir.clock import UTC, SimulatedClock
from weir.service import StopFlag

BEGIN = datetime(2026, 5, 1, 4, 30, tzinfo=UTC)
FRAMERATE = 0.1
DAYS = 30 if os.environ.get("WEIR_SOAK") else 3
SEEDS = range(3)


class PowerCut(BaseException):
    """The power is gone; nothing is closed, nothing is said."""


class World:
    """What truly happens, in true time, whatever the clocks say.

    Args:
        days: how long.
        chance: seeded.
    """

    def __init__(self, days: int, chance: random.Random) -> None:
        self.now = BEGIN
        self.end = BEGIN + timedelta(days=days)
        self.cuts = sorted(self._moments(chance, 2 * days))
        self.losses = sorted(self._moments(chance, days))
        self.chance = chance
        self.synchronise_at: Optional[datetime] = None
        self.drive_back: Optional[datetime] = None
        self.field: Optional[Field] = None

    def _moments(self, chance: random.Random, count: int) -> list[datetime]:
        span = (self.end - self.now - timedelta(hours=3)).total_seconds()
        return [
            self.now + timedelta(seconds=chance.uniform(0, span)) for _ in range(count)
        ]

    def passes(self, seconds: float, clock: SimulatedClock) -> None:
        """Let true time pass, and what belongs to it happen."""
        self.now += timedelta(seconds=seconds)
        field = self.field
        if field is None:
            return
        if self.synchronise_at and self.now >= self.synchronise_at:
            self.synchronise_at = None
            clock.step(self.now, synchronised=True)
        if self.drive_back and self.now >= self.drive_back:
            self.drive_back = None
            field.plug()
        if self.losses and self.now >= self.losses[0] and not self.drive_back:
            self.losses.pop(0)
            self.drive_back = self.now + timedelta(minutes=self.chance.uniform(1, 90))
            field.unplug()
        if self.now >= self.end:
            field.flag.request()
        elif self.cuts and self.now >= self.cuts[0]:
            self.cuts.pop(0)
            raise PowerCut

    def boot(self) -> WorldClock:
        """The clock of a machine that starts: right, or in the past for a while."""
        off = timedelta(minutes=self.chance.uniform(0, 600))
        last = not self.cuts
        if self.now == BEGIN or self.chance.random() < 0.3:
            return WorldClock(self, self.now, synchronised=True)
        if last or self.chance.random() < 0.6:
            wait = timedelta(minutes=self.chance.uniform(0, 30))
            self.synchronise_at = self.now + wait
        return WorldClock(self, self.now - off, synchronised=False)


class WorldClock(SimulatedClock):
    """The machine's clock; true time passes with it."""

    def __init__(self, world: World, start: datetime, *, synchronised: bool) -> None:
        super().__init__(start, synchronised=synchronised)
        self._world = world

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass."""
        super().advance(seconds)
        self._world.passes(seconds, self)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.timeout(1800)
def test_every_planned_minute_is_filmed_or_missed(seed: int, in_memory: Path) -> None:
    """Power, clock and drive fail; the ledger tells of every slot, to the minute."""
    world = World(DAYS, random.Random(seed))
    field, boots = live(world, in_memory)

    lines = field.ledger
    planned = sum(line.planned_s for line in lines)
    filmed = sum(line.filmed_s for line in lines)
    missed = sum(seconds for line in lines for _, seconds in line.missed)
    on_drive = sum(s.duration.total_seconds() for s in field.sidecars)
    print(
        f"\n{DAYS} days, {boots} boots: {len(lines)} slots, planned {planned / 60:.1f} "
        f"min = filmed {filmed / 60:.1f} + missed {missed / 60:.1f}; on the drive "
        f"{len(field.clips)} clips, {on_drive / 60:.1f} min"
    )
    starts = [line.planned_start for line in lines]
    assert len(set(starts)) == len(starts) == 11 * DAYS
    assert planned == pytest.approx(filmed + missed, abs=1e-3)
    for line in lines:
        lost = sum(seconds for _, seconds in line.missed)
        assert line.planned_s == pytest.approx(line.filmed_s + lost, abs=1e-3)
    assert on_drive / 60 == pytest.approx(filmed / 60, abs=0.5 * boots)


@pytest.mark.timeout(1800)
def test_names_and_sums_are_true_after_it(in_memory: Path) -> None:
    """No number twice, every sidecar tells what its clip holds."""
    field, _ = live(World(DAYS, random.Random(99)), in_memory)

    numbers = [ClipName.parse(name).number for name in field.clips]
    assert len(set(numbers)) == len(numbers)
    for sidecar in field.sidecars:
        data = (field.drive / sidecar.clip).read_bytes()
        assert hashlib.sha256(data).hexdigest() == sidecar.sha256
        assert len(data) == sidecar.bytes
    assert list(field.drive.glob("*.part")) == []


def live(world: World, folder: Path) -> tuple[Field, int]:
    """Let a world pass; the field at its end and the number of boots."""
    boots = 0
    while True:
        clock = world.boot()
        boots += 1
        field = Field(folder, clock, framerate=FRAMERATE)
        field.boot = f"boot-{boots}"
        world.field = field
        try:
            field.daemon().run()
            break
        except PowerCut:
            field.close()
            world.now += timedelta(minutes=world.chance.expovariate(1 / 90))
            if world.now >= world.end:
                world.now = world.end - timedelta(minutes=1)
    if world.drive_back:
        field.plug()
        world.drive_back = None
        field.flag.close()
        field.flag = StopFlag()
        field.flag.request()
        field.daemon().run()
    field.close()
    return field, boots
