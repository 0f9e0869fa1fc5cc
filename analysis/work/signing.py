"""Signs receipts if the host has a key, but never waits for a key."""

from __future__ import annotations

import logging
from pathlib import Path

from analysis import events
from weir import SignatureError
from weir.journal import tell
from weir.receipt import Receipt
from weir.signature import sign

logger = logging.getLogger(__name__)


class Signer:
    """Signs receipts with a key; an unsigned receipt can still be used.

    Args:
        key: the file of the private key. It may be made or repaired while the daemon
            runs.
    """

    def __init__(self, key: Path) -> None:
        self._key = key
        self._told = ""

    def sign(self, receipt: Receipt) -> str:
        """Sign a receipt.

        Returns:
            The signature, or "" if none can be made.
        """
        return self._sign(receipt.message)

    def check(self) -> None:
        """Log why receipts cannot be signed, before the first one is written."""
        self._sign(b"")

    def _sign(self, message: bytes) -> str:
        reason = problem(self._key)
        if not reason:
            try:
                signature = sign(message, self._key)
            except SignatureError as exc:
                reason = str(exc)
            else:
                self._told = ""
                return signature
        if reason != self._told:
            self._told = reason
            tell(logger, events.RECEIPTS_UNSIGNED, reason=reason)
        return ""


def problem(key: Path) -> str:
    """Find out why the file of a key cannot be used.

    Returns:
        The reason, or "" if the file can be read.
    """
    try:
        key.open("rb").close()
    except FileNotFoundError:
        return (
            f"{key}: no key yet; weir-analysis keys makes one (where it was installed: "
            "sudo -u weir weir-analysis keys)"
        )
    except OSError as exc:
        return f"{key}: cannot be read ({exc.strerror})"
    return ""
