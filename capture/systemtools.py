"""A tool of the system that is asked something, and may be missing or hang."""

from __future__ import annotations

import subprocess
from typing import Optional

_PATIENCE_S = 20


def answer(*command: str, even_if_it_fails: bool = False) -> Optional[str]:
    """Run a tool and return what it printed; None where it fails, hangs or is missing.

    Args:
        command: the tool and its arguments.
        even_if_it_fails: whether its words count whatever its exit code is.
    """
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if even_if_it_fails or not done.returncode else None
