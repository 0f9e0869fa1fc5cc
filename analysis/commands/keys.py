"""What ``weir-analysis keys`` prints: the key that the camera's machine is to trust."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from analysis import AnalysisError
from analysis.intake.folders import Folders
from weir.command import DONE, aside
from weir.signature import fingerprint, make_key, public_of, sign


def run(root: Path) -> int:
    """Make the key that receipts are signed with, unless there is one; print its half.

    The private half never leaves this machine. The public one goes to standard output,
    to be carried to the camera; what people compare goes beside it.

    Args:
        root: ``analysis.folder``.

    Returns:
        The exit code, 0.

    Raises:
        AnalysisError: the folder is somebody else's, whose daemon could not read it.
        SignatureError: ssh-keygen is not there, or cannot use the key.
    """
    key = Folders(root).key
    _require_own(root)
    make_key(key)
    sign(b"", key)
    public = public_of(key).read_text("utf-8").strip()
    sys.stdout.write(public + "\n")
    sys.stdout.flush()
    aside(
        f"{fingerprint(public)} signs receipts; on the camera's machine: "
        "sudo weir-capture trust KEYFILE"
    )
    return DONE


def _require_own(root: Path) -> None:
    try:
        owner = root.stat().st_uid
    except OSError as exc:
        raise AnalysisError(
            f"{root}: {exc.strerror}; expected the daemon's folder (analysis.folder)"
        ) from exc
    if owner != os.geteuid():
        raise AnalysisError(
            f"{root}: belongs to user {owner}, who runs the daemon and is to have the "
            "key; call it as that user: sudo -u weir weir-analysis keys"
        )
