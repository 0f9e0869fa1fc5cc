"""Items made by hand."""

from __future__ import annotations

from typing import Any

from analysis.review.items import Item, item_id
from tests.analysis.made_record import sha


def made_item(first: int = 2, last: int = 5, **more: Any) -> Item:
    """A counted encounter about which nothing is doubtful, but for what is given."""
    values: dict[str, Any] = {
        "sort": "encounter",
        "sha256": sha(1),
        "clip": "clip00001_2026-05-01.h264",
        "run": 1,
        "number": 1,
        "first": first,
        "last": last,
        "best": first,
        "label": "fish",
        "score": 0.875,
        "species": "",
        "species_score": None,
        "max_n": 1,
        "status": "counted",
        "decided_by": "",
        "rank": 0,
        "threshold": 0.5,
        "box": None,
        "outline": "",
        "picture": "",
        "deployment": "creek",
        "camera": "cam1",
        "day": "2026-05-01",
        "local": "",
        "frames": 30,
        "framerate": 1.0,
        "received": "",
        "source": "",
        "bytes": 0,
        **more,
    }
    id_ = item_id(values["sort"], values["sha256"], first, last)
    return Item(id=id_, **values)


def made_moment(rank: int, first: int = 8, **more: Any) -> Item:
    """Something that moved."""
    more = {"sort": "moment", "status": "", "label": "", "max_n": None, **more}
    return made_item(first, first, rank=rank, box=(0.1, 0.1, 0.2, 0.2), **more)
