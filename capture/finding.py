"""One line of ``check``: passed, failed, or unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class Finding:
    """What ``check`` found out about one thing.

    Attributes:
        passed: None if it could not be found out, which is neither good nor bad.
        words: what a person should know, and what to do.
    """

    passed: Optional[bool]
    words: str

    def __str__(self) -> str:
        verdict = {True: "PASS", False: "FAIL", None: "UNKNOWN"}[self.passed]
        return f"{verdict}  {self.words}"
