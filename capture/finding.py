"""One line of ``check``: passed, failed, or not to be seen from where it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class Finding:
    """What was found out about one thing.

    Attributes:
        passed: None where it could not be found out; that is neither good nor bad.
        words: what a person should know, and do.
    """

    passed: Optional[bool]
    words: str

    def __str__(self) -> str:
        verdict = {True: "PASS", False: "FAIL", None: "UNKNOWN"}[self.passed]
        return f"{verdict}  {self.words}"
