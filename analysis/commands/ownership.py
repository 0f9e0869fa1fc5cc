"""Some commands belong to the service's user, and say so to everybody else."""

from __future__ import annotations

import os
from pathlib import Path

from analysis import AnalysisError


def require_own(root: Path, command: str) -> None:
    """Refuse to go on as another user than the one whose folder it is.

    Args:
        root: ``analysis.folder``.
        command: what was typed, for the line that does it.

    Raises:
        AnalysisError: the folder is another user's, or is not there.
    """
    try:
        owner = root.stat().st_uid
    except OSError as exc:
        raise AnalysisError(
            f"{root}: {exc.strerror}; expected the daemon's folder (analysis.folder)"
        ) from exc
    if owner != os.geteuid():
        raise AnalysisError(
            f"{root}: belongs to user {owner}, who runs the daemon, and this is that"
            f" user's alone; call it as that user: sudo -u weir {command}"
        )
