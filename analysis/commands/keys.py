"""``keys``: make the key that signs receipts, and print its public half."""

from __future__ import annotations

import argparse
from pathlib import Path

from analysis.config import AnalysisSettings
from analysis.intake.folders import Folders
from weir import config, owner
from weir.command import DONE, aside, config_file
from weir.signature import fingerprint, make_key, public_of, sign


def keys(arguments: argparse.Namespace) -> int:
    """Make the key that signs receipts, and print its public half.

    Returns:
        The exit code, 0.
    """
    settings = config.load(AnalysisSettings, config_file(arguments))
    print_key(settings.analysis.folder)
    return DONE


def print_key(root: Path) -> None:
    """Make the key unless there is one, try it, and print its public half.

    The private half never leaves this machine. The public half goes to standard output,
    to be carried to the camera's machine; its fingerprint, which people compare, goes
    to standard error.

    Args:
        root: ``analysis.folder``.

    Raises:
        AnalysisError: the folder is another user's, so the daemon could not read it.
        SignatureError: ssh-keygen is not there, or cannot use the key.
    """
    key = Folders(root).key
    owner.require_own(root, "weir-analysis keys")
    make_key(key)
    sign(b"", key)
    public = public_of(key).read_text("utf-8").strip()
    print(public, flush=True)
    aside(
        f"{fingerprint(public)} signs receipts; on the camera's machine: "
        "sudo weir-capture trust KEYFILE"
    )
