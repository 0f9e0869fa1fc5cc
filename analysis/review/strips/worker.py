"""The process that makes strips: one after the other, behind everything else.

It reads a line of JSON for each strip that is wanted, and answers with one. A clip that
kills it costs that strip. It ends when its input does.
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

from analysis import DecodeError, ReviewError
from analysis.record.file.reader import reading
from analysis.record.file.sqlite import Connection
from analysis.record.looks import shownframes
from analysis.record.runs.wanted import archives
from analysis.review.items import Item, parsed
from analysis.review.strips.finding import Footage
from analysis.review.strips.making import Boxes, Wanted, make
from weir import WeirError
from weir.printable import printable

_CALM = 10


class Maker:
    """Makes strips of the clips of an analysis folder.

    Args:
        root: the folder.
        scratch: a folder of this process alone.
    """

    def __init__(self, root: Path, scratch: Path) -> None:
        self._record = root / "results" / "weir.sqlite"
        self._footage = Footage(root / "done", scratch)

    def make(self, item: Item, target: Path) -> None:
        """Write the strip of an item to a file.

        Raises:
            ReviewError, DecodeError, StoreError: there can be none; the text says why.
            OSError: it cannot be written.
        """
        with reading(self._record) as db:
            rows = [(one.name, one.received) for one in archives(db)]
            rotate = shownframes.rotation(db, item.run)
            is_even = shownframes.is_even(db, item.sha256, item.run)
            boxes = _boxes(db, item)
        likely = _likely(item, rows)
        file = self._footage.file(item.sha256, item.clip, item.bytes, likely)
        wanted = Wanted(
            first=item.first,
            last=item.last,
            best=item.best,
            frames=item.frames,
            framerate=item.framerate or 1.0,
            rotate=rotate,
            is_even=is_even,
        )
        part = target.with_name(target.name + ".part")
        part.write_bytes(make(file, wanted, boxes))
        part.replace(target)


def _likely(item: Item, deliveries: list[tuple[str, str]]) -> list[str]:
    """Return the deliveries, those first that came when the clip did."""

    def rank(delivery: tuple[str, str]) -> tuple[bool, bool]:
        name, received = delivery
        return received != item.received, not name.endswith(item.clip)

    kinds = (".zip", Path(item.clip).suffix.lower())
    fitting = [one for one in deliveries if one[0].lower().endswith(kinds)]
    return [name for name, _ in sorted(fitting, key=rank)]


def _boxes(db: Connection, item: Item) -> Boxes:
    boxes: Boxes = defaultdict(list)
    if item.box:
        if not item.outline:  # which is drawn in its place
            boxes[item.best].append((item.box, "", item.score))
        return boxes
    frames = (item.first, item.last)
    for n, seen in shownframes.boxes(db, item.sha256, item.run, frames, item.threshold):
        if seen.box:
            box = (seen.box.x, seen.box.y, seen.box.width, seen.box.height)
            boxes[n].append((box, printable(seen.label), round(seen.score, 3)))
    return boxes


def main(root: Path, scratch: Path) -> int:
    """Answer every line of standard input, until it ends.

    Returns:
        The exit code, 0.
    """
    with suppress(OSError):
        os.nice(_CALM)
    maker = Maker(root, scratch)
    for line in sys.stdin.buffer:
        target, _, wanted = line.partition(b" ")
        answer = ""
        try:
            maker.make(parsed(wanted), Path(os.fsdecode(target)))
        except (ReviewError, DecodeError) as exc:
            answer = str(exc)
        except (WeirError, OSError) as exc:
            answer = f"it cannot be shown: {exc}"
        sys.stdout.write(json.dumps(printable(answer)) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
