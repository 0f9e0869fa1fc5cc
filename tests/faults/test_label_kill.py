"""SIGKILL while labels are imported or taken back: none is lost, none comes twice."""

from __future__ import annotations

import random
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.record.labels.labelreader import read_labels
from analysis.record.labels.labeltable import write_table
from analysis.values.label import FISH, NOT, WITHDRAWN, Key, Label
from tests.analysis.installation import ROOT, Installation
from tests.analysis.made_labels import said
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen
from tests.counts import times

LINES = 100
WRITING_S = 0.03


class Desk:
    """Labels, and commands that are killed while they write them.

    Args:
        root: an empty folder.
    """

    def __init__(self, root: Path) -> None:
        self._installation = Installation(root)
        self._chance = random.Random(17)
        store, run = open_record(self._installation.folders.results)
        with store:
            store.commit(clip(1), run, seen([encounter(1, 2, 5)]), NOW)
        began = time.monotonic()
        self._run("labels", "status")
        self._takes_s = time.monotonic() - began
        self.in_time = self.too_late = 0

    def labels(self) -> list[Label]:
        """All rows, in the order that they were added."""
        return read_labels(self._installation.folders.labels)

    def imports(self, lines: list[Label]) -> None:
        """Import them, killed first and then in peace."""
        file = self._installation.config.parent / "in.csv"
        file.write_text(write_table(lines), "utf-8")
        known = keys(self.labels())
        new = [key for key in keys(lines) if key not in known]
        self._killed(new, "labels", "import", str(file))
        self._run("labels", "import", str(file))

    def undo(self) -> None:
        """Take the last decision back, and be killed meanwhile."""
        every = self.labels()
        withdrawn = {key for key, is_withdrawal in keys(every) if is_withdrawal}
        last = [label for label in every if label.key not in withdrawn][-1]
        self._killed([key_of(replace(last, verdict=WITHDRAWN))], "labels", "undo")

    def _killed(self, whole: list[tuple[Key, bool]], *words: str) -> None:
        """Kill a command; what it adds is nothing or the whole, behind what was."""
        before = self.labels()
        command = self._installation.command(*words)
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            try:
                process.wait(self._moment(process))
            except subprocess.TimeoutExpired:
                process.kill()
        after = self.labels()
        added = [key_of(label) for label in after[len(before) :]]

        assert after[: len(before)] == before
        assert added in ([], whole)
        self.in_time += process.returncode < 0
        self.too_late += bool(added)

    def _moment(self, process: subprocess.Popen[bytes]) -> float:
        """Wait until a command writes, mostly, and say in how long it is to die."""
        if self._chance.random() < 0.3:
            return self._chance.uniform(0, self._takes_s)
        log = self._installation.folders.labels / "labels.sqlite-wal"
        while process.poll() is None and not log.exists():
            pass
        return self._chance.uniform(0, WRITING_S)

    def _run(self, *words: str) -> None:
        assert self._installation.run(*words).returncode == 0


def key_of(label: Label) -> tuple[Key, bool]:
    """What makes it this row and no other."""
    return label.key, label.verdict == WITHDRAWN


def keys(labels: list[Label]) -> list[tuple[Key, bool]]:
    """What makes them these rows."""
    return [key_of(label) for label in labels]


def lines_of(round_: int) -> list[Label]:
    """What is said in one round; a part of it was said in the round before."""
    return [
        said(FISH if n % 2 else NOT, n % 8, 9, person=f"p{n % 7}", hours=-n)
        for n in range(round_ * LINES // 2, round_ * LINES // 2 + LINES)
    ]


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_kills_lose_and_double_no_label(tmp_path: Path) -> None:
    """Each step is done whole or not at all, and done again it adds what is missing."""
    desk, kills = Desk(tmp_path), times(200)
    for number in range(kills):
        if number % 3 == 2:
            desk.undo()
        else:
            desk.imports(lines_of(number))
    found = keys(desk.labels())
    print(
        f"\n{kills} kills, {desk.in_time} in time, {desk.too_late} steps were"
        f" done before; {len(found)} rows"
    )

    wanted = {label.key for n in range(kills) if n % 3 != 2 for label in lines_of(n)}
    assert {key for key, is_withdrawal in found if not is_withdrawal} == wanted
    assert len(set(found)) == len(found)
    assert desk.in_time > kills // 4
