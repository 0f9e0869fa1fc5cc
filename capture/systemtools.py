"""Asks tools of the system, such as lsblk, which may be missing or hang."""

from __future__ import annotations

import subprocess
from typing import Optional

_PATIENCE_S = 20


def answer(*command: str, even_if_it_fails: bool = False) -> Optional[str]:
    """Run a tool of the system.

    Args:
        command: the tool and its arguments.
        even_if_it_fails: whether its output counts whatever the exit code is.

    Returns:
        What it printed; None if it fails, hangs or is missing.
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
