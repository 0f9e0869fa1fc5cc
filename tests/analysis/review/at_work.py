"""The real ``weir-analysis review`` as a process, which can be killed."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Optional

from tests.analysis.installation import ROOT
from tests.analysis.review.reviewing import Reviewing


class AtWork(Reviewing):
    """The page of a process on an analysis folder.

    Args:
        root: the folder.
        more: options of the command.

    Attributes:
        page_s: how long it took until the page was there.
    """

    def __init__(self, root: Path, *more: str) -> None:
        super().__init__(root, lan="--lan" in more)
        self._more = more

    def __enter__(self) -> AtWork:
        config = self.root.parent / "review.toml"
        config.write_text(
            '[deployment]\nid = "creek"\ncamera = "cam1"\n'
            f'[analysis]\nfolder = "{self.root}"\n'
        )
        begin_s = time.perf_counter()
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "analysis", "review", "--port", "0"),
                *("--config", str(config), *self._more),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        self._told_at(self.process.stdout.readline().strip())
        self.page_s = time.perf_counter() - begin_s
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.process.terminate()
        self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self._flag.close()

    def resident_mb(self) -> float:
        """How much memory the process has, and its children."""
        return sum(_resident_mb(pid) for pid in _family(self.process.pid))


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in _family(int(child)))]


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0
