"""Signatures of the host's receipts, made and checked by ``ssh-keygen``.

Weir has no cryptography of its own: these are OpenSSH's signatures (``ssh-keygen -Y
sign`` and ``-Y verify``), bound to one use by a namespace. The host has a private key.
The camera's machine has a list of the public keys that it trusts, in the form of
OpenSSH's ``allowed_signers`` (ssh-keygen(1)).
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from weir import SignatureError, atomic

KEYGEN = "ssh-keygen"
_NAMESPACE = "weir-receipt"
_WHO = "weir"
_PATIENCE_S = 30
_PUBLIC = re.compile(r"(ssh-ed25519 [A-Za-z0-9+/]+=*)(?: .*)?")
_TRUSTED = re.compile(
    rf'{_WHO} namespaces="{_NAMESPACE}" (ssh-ed25519 [A-Za-z0-9+/]+=*)'
)
_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]+")


def make_key(path: Path) -> None:
    """Make a key pair, ``path`` and ``path.pub``, unless there is one.

    Only this user can read the private key. It has no passphrase, because a daemon
    uses it.

    Raises:
        SignatureError: ssh-keygen is missing, or cannot make a key.
        OSError: the folder cannot be written.
    """
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    if not path.exists():
        with tempfile.TemporaryDirectory(prefix="weir-", dir=path.parent) as name:
            new = Path(name, "key")
            comment = ["-C", _NAMESPACE]
            _keygen(["-q", "-t", "ed25519", "-N", "", *comment, "-f", str(new)])
            _place(new, path)
    if not public_of(path).exists():
        # The public key is made from the private one, which never changes. So the two
        # always belong together.
        public = _keygen(["-y", "-f", str(path)])
        atomic.write_text(public_of(path), public)


def _place(new: Path, path: Path) -> None:
    """Give a new private key its name, unless another key has that name by now.

    Otherwise two keys that are made at the same moment would replace each other.
    """
    new.chmod(0o600)
    with new.open("rb") as file:
        os.fsync(file.fileno())
    try:
        os.link(new, path)
    except FileExistsError:
        return
    except OSError:  # a file system without links, as some network drives are
        new.rename(path)
    atomic.sync_folder(path.parent)


def public_of(key: Path) -> Path:
    """Return the file of the public key that belongs to a private one."""
    return key.with_name(key.name + ".pub")


def sign(message: bytes, key: Path) -> str:
    """Sign a message with a private key.

    Returns:
        The signature, a text of several lines.

    Raises:
        SignatureError: ssh-keygen is missing, or cannot use the key.
    """
    return _keygen(["-q", "-Y", "sign", "-n", _NAMESPACE, "-f", str(key)], message)


def signer(message: bytes, signature: str, trusted: str) -> str:
    """Find out which of the trusted keys signed a message.

    Args:
        message: the bytes that were signed.
        signature: what ``sign`` returned.
        trusted: lines that ``trusting`` made.

    Returns:
        The key's fingerprint, as ``SHA256:...``.

    Raises:
        SignatureError: none of them signed these bytes, or ssh-keygen is missing.
    """
    with _held(signature.encode()) as sig, _held(trusted.encode()) as keys:
        files = ["-s", f"/proc/self/fd/{sig}", "-f", f"/proc/self/fd/{keys}"]
        verify = ["-Y", "verify", "-n", _NAMESPACE, "-I", _WHO, *files]
        said = _keygen(verify, message, [sig, keys])
    found = _FINGERPRINT.search(said)
    if not found:
        raise SignatureError(f"{KEYGEN} -Y verify said {said!r}; a key was expected")
    return found[0]


def public_keys(text: str, source: str) -> list[str]:
    """Read the public keys in a file that ``make_key`` wrote.

    Raises:
        SignatureError: a line is no public key.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if "PRIVATE KEY" in text:
        raise SignatureError(
            f"{source}: is a private key; never carry that about. Expected the public "
            "one, which weir-analysis keys prints"
        )
    found = [_PUBLIC.fullmatch(line) for line in lines]
    if not found or None in found:
        raise SignatureError(
            f"{source}: expected a line that begins with ssh-ed25519, as "
            "weir-analysis keys prints it"
        )
    return [match[1] for match in found if match]


def trusting(keys: Sequence[str]) -> str:
    """Write the lines that trust these public keys with receipts, and nothing else."""
    return "".join(f'{_WHO} namespaces="{_NAMESPACE}" {key}\n' for key in keys)


def trusted_keys(text: str) -> list[str]:
    """Read the public keys in lines that ``trusting`` made; skip other lines."""
    matches = (_TRUSTED.match(line) for line in text.splitlines())
    return [match[1] for match in matches if match]


def fingerprint(key: str) -> str:
    """Work out the fingerprint of a public key, which people compare.

    Raises:
        SignatureError: it is no public key, or ssh-keygen is missing.
    """
    said = _keygen(["-l", "-f", "-"], (key + "\n").encode())
    found = _FINGERPRINT.search(said)
    if not found:
        raise SignatureError(f"{KEYGEN} -l said {said!r}; a fingerprint was expected")
    return found[0]


def _keygen(
    arguments: Sequence[str], message: bytes = b"", held: Sequence[int] = ()
) -> str:
    """Run ssh-keygen without a terminal, so that it cannot ask questions.

    Returns:
        What it printed.
    """
    try:
        done = subprocess.run(
            [KEYGEN, *arguments],
            input=message,
            capture_output=True,
            timeout=_PATIENCE_S,
            check=False,
            pass_fds=held,
            start_new_session=True,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
        )
    except FileNotFoundError as exc:
        raise SignatureError(
            f"{KEYGEN}: no such program; sudo apt install openssh-client"
        ) from exc
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise SignatureError(f"{KEYGEN}: cannot be run ({exc})") from exc
    if done.returncode:
        said = (done.stderr + done.stdout).decode("utf-8", "replace").split("\n")
        words = " ".join(line.strip() for line in said if line.strip(" @\r"))
        raise SignatureError(f"{KEYGEN}: {words or f'ended with {done.returncode}'}")
    return done.stdout.decode("utf-8", "replace")


@contextmanager
def _held(data: bytes) -> Iterator[int]:
    """Hold bytes in a file in memory, which a child process can open by its number."""
    descriptor = os.memfd_create("weir")
    try:
        with os.fdopen(descriptor, "wb", closefd=False) as file:
            file.write(data)
        yield descriptor
    finally:
        os.close(descriptor)
