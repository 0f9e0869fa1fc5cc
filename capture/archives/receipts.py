"""Reads receipts, and finds out whether a trusted key has signed them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from capture import CaptureError
from capture.archives.guarded import read_guarded
from capture.archives.keyring import Keyring
from capture.finding import Finding
from weir import SignatureError
from weir.receipt import Receipt, message_of
from weir.signature import fingerprint


@dataclass(frozen=True)
class Believed:
    """A receipt, and who vouches for it.

    Attributes:
        receipt: what it says.
        sha256: of the file as it was read.
        signer: fingerprint of the trusted key that has signed it; empty without one.
        doubt: why nobody vouches for it; empty if somebody does.
    """

    receipt: Receipt
    sha256: str
    signer: str
    doubt: str


def read_receipt(file: str, owners: Collection[int], keyring: Keyring) -> Believed:
    """Read a receipt, and find out who vouches for it.

    Args:
        file: its path, or ``-`` for standard input.
        owners: the ids of the users whose files are accepted.
        keyring: the trusted keys.

    Raises:
        CaptureError: it cannot be read, or others could have changed it.
        ContractError: it is no receipt.
    """
    data = read_guarded(file, owners)
    message, signature = message_of(data, file)
    receipt = Receipt.from_json(message, file)
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        signer = _signer(message, signature, keyring)
    except SignatureError as exc:
        return Believed(receipt, sha256, "", str(exc))
    return Believed(receipt, sha256, signer, "")


def require_signed(file: str, found: Believed) -> None:
    """Refuse a receipt that nobody vouches for.

    Raises:
        CaptureError: nobody does; the text says what to do.
    """
    if found.doubt:
        raise CaptureError(
            f"{file}: {found.doubt}. If you know where it comes from: prune "
            "--unsigned, which the effort ledger records"
        )


def finding(keyring: Keyring) -> Finding:
    """Say for ``check`` which hosts' receipts are believed here."""
    try:
        prints = [fingerprint(key) for key in keyring.trusted()]
    except (CaptureError, SignatureError) as exc:
        return Finding(False, f"receipts: {exc}")
    if not prints:
        words = "no host is trusted yet, so that prune will refuse all; see: trust"
        return Finding(True, f"receipts: {words}")
    return Finding(True, f"receipts: believed of {', '.join(prints)}")


def _signer(message: bytes, signature: str, keyring: Keyring) -> str:
    if not signature:
        raise SignatureError(
            "is not signed; on the host: sudo -u weir weir-analysis keys"
        )
    if not keyring.trusted():
        raise SignatureError(
            "is signed, but no key is trusted here yet; weir-analysis keys prints the "
            "host's, and: sudo weir-capture trust KEYFILE"
        )
    try:
        return keyring.signer(message, signature)
    except SignatureError as exc:
        raise SignatureError(
            f"is signed, but by no key in {keyring.file}, or changed since ({exc})"
        ) from exc
