"""Reads clips from the record, each with its sums in one run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Callable, Optional

from analysis.record.clip import Clip
from analysis.record.file.sqlite import Connection
from analysis.values.beginning import MARK_BYTES
from analysis.values.job import Times

# The newest run of a clip is the one that looked at it last. The run's number does not
# tell this: whoever goes back to an old config also goes back to its run.
NEWEST = (
    "a.run = (SELECT run FROM analyses b WHERE b.sha256 = c.sha256"
    " ORDER BY committed DESC, run DESC LIMIT 1)"
)


def clips_where(
    db: Connection,
    condition: str,
    values: Sequence[Any],
    times: Optional[Callable[[str, int], Optional[Times]]] = None,
) -> Iterator[Clip]:
    """Yield clips, ordered by deployment, camera, date, name and sha256.

    Args:
        db: the record.
        condition: SQL about a clip, ``c``, and an analysis of it, ``a``.
        values: what stands for the condition's question marks.
        times: reads the times of a clip's frames in a run; None where nobody asks.
    """
    rows = db.execute(
        "SELECT c.*, a.*, hex(substr(m.marks, 1, ?)) AS mark,"  # noqa: S608 - its parts are texts of this package
        " coalesce(p.film, '') AS film"
        " FROM clips c JOIN analyses a USING (sha256)"
        " LEFT JOIN beginnings m USING (sha256) LEFT JOIN prints p USING (sha256)"
        f" WHERE {condition}"
        " ORDER BY c.deployment, c.camera, c.date, c.clip, c.sha256",
        (MARK_BYTES, *values),
    )
    for row in rows:
        if times and row["times"]:
            yield Clip.from_row(row, partial(times, row["sha256"], row["run"]))
        else:
            yield Clip.from_row(row)
