"""A folder in which an export is made, and from which it appears when it is whole.

What fails leaves nothing behind. What was killed is swept by the next export.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = ".weir-export-"


@contextmanager
def staged(output: Path) -> Iterator[Path]:
    """Give a folder; at the end, move what is in it into the output.

    Args:
        output: a folder that is there. Files of the same names in it are replaced.

    Raises:
        OSError: it cannot be written to.
    """
    _sweep(output)
    inside = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=output))
    held = os.open(inside, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        inside.chmod(0o777 & ~_umask())
        yield inside
        for file in sorted(path for path in inside.rglob("*") if path.is_file()):
            _flush(file)
            target = output / file.relative_to(inside)
            target.parent.mkdir(exist_ok=True, parents=True)
            file.replace(target)
    finally:
        shutil.rmtree(inside, ignore_errors=True)
        os.close(held)


def _sweep(output: Path) -> None:
    """Remove what killed exports left, and nothing that is being made."""
    for left in output.glob(_PREFIX + "*"):
        try:
            held = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
        else:
            shutil.rmtree(left, ignore_errors=True)
        finally:
            os.close(held)


def _flush(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
