"""What ``auto`` came to is decided once for a run."""

from __future__ import annotations

from pathlib import Path

from analysis.values.job import Costs
from tests.analysis.made_record import NOW, SETTINGS, open_record

HEAVY, LIGHT = Costs(model_ms=30, decode_ms=1), Costs(model_ms=3, decode_ms=1)


def test_the_first_clip_decides(tmp_path: Path) -> None:
    """One that was in work at the same time may have measured otherwise."""
    store, run = open_record(tmp_path)
    with store:
        other = store.run({**SETTINGS, "rotate": 90}, NOW)

        assert store.reuse.of(run) is None
        assert not store.reuse.decide(run, None)
        assert store.reuse.decide(run, HEAVY)
        assert not store.reuse.decide(run, LIGHT)
        assert store.reuse.decide(other, LIGHT)
        assert (store.reuse.of(run), store.reuse.of(other)) == (2, 0)
