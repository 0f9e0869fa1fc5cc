"""Judges what lies in the inbox by its bytes, before it is taken."""

from __future__ import annotations

import os

from weir import ContractError
from weir.archive import Archive, ArchiveError, IncompleteArchive
from weir.member import LARGEST_DOCUMENT
from weir.sidecar import Sidecar


def zip_problem(descriptor: int) -> str:
    """Find out why a zip has not arrived whole.

    Returns:
        The reason, or "" if the zip is whole or waiting for the rest would not help.
    """
    try:
        with os.fdopen(os.dup(descriptor), "rb") as file, Archive(file):
            return ""
    except IncompleteArchive as exc:
        return str(exc)
    except ArchiveError:
        return ""  # taken, and refused with its reason


def sum_in_sidecar(descriptor: int) -> str:
    """Read the sha256 that a sidecar names.

    Returns:
        The sha256, or "" if the file is not a sidecar.
    """
    try:
        with os.fdopen(os.dup(descriptor), "rb") as file:
            return Sidecar.from_json(file.read(LARGEST_DOCUMENT), "sidecar").sha256
    except ContractError:
        return ""
