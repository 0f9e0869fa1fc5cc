"""Signatures: what holds, what does not, and what is said where none can be made."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from weir import SignatureError, signature
from weir.signature import (
    fingerprint,
    make_key,
    public_keys,
    public_of,
    sign,
    signer,
    trusted_keys,
    trusting,
)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A new key pair."""
    path = tmp_path / "keys" / "receipts"
    make_key(path)
    return path


def public(key: Path) -> str:
    """The public half as it is trusted."""
    return public_keys(public_of(key).read_text(), key.name)[0]


def test_a_key_that_another_made_meanwhile_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its public half may be on its way to the camera already."""
    path, keygen = tmp_path / "receipts", tmp_path / "keygen"
    other = f"ssh-keygen -q -t ed25519 -N '' -f {path} </dev/null"
    keygen.write_text(f'#!/bin/sh\n[ -e {path} ] || {other}\nexec ssh-keygen "$@"\n')
    keygen.chmod(0o755)
    monkeypatch.setattr(signature, "KEYGEN", str(keygen))
    make_key(path)

    assert "weir-receipt" not in public_of(path).read_text()
    assert signer(b"words", sign(b"words", path), trusting([public(path)]))


def test_a_public_half_that_is_missing_is_made_again(key: Path) -> None:
    """A power cut came between the two."""
    before = public(key)
    public_of(key).unlink()
    make_key(key)

    assert public(key) == before


def test_what_was_signed_holds(key: Path) -> None:
    """And tells which of the trusted keys has signed it."""
    other = key.with_name("other")
    make_key(other)
    trusted = trusting([public(other), public(key)])

    assert signer(b"words", sign(b"words", key), trusted) == fingerprint(public(key))


@pytest.mark.parametrize("what", ["words", "key", "no signature", "none trusted"])
def test_what_was_changed_does_not_hold(key: Path, what: str) -> None:
    """Other words, another key, no key at all."""
    other = key.with_name("other")
    make_key(other)
    signed = "" if what == "no signature" else sign(b"words", key)
    trusted = [public(other if what == "key" else key)]
    words = b"other words" if what == "words" else b"words"

    with pytest.raises(SignatureError, match="ssh-keygen: "):
        signer(words, signed, trusting([] if what == "none trusted" else trusted))


def test_a_signature_for_another_use_does_not_hold(
    key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a key may sign letters; none of them deletes footage."""
    monkeypatch.setattr(signature, "_NAMESPACE", "file")
    letter = sign(b"words", key)
    monkeypatch.undo()

    with pytest.raises(SignatureError, match="namespace"):
        signer(b"words", letter, trusting([public(key)]))


def test_the_private_key_is_its_owners_alone(key: Path) -> None:
    """Whatever the umask; and a second call leaves it as it is."""
    before = key.read_bytes()
    make_key(key)

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.read_bytes() == before
    names = {path.name for path in key.parent.iterdir()}
    assert names == {"receipts", "receipts.pub"}


def test_a_key_that_others_can_read_is_not_used(key: Path) -> None:
    """They could sign as well."""
    key.chmod(0o640)

    with pytest.raises(SignatureError, match=r"0640 for .* are too open"):
        sign(b"words", key)


def test_a_machine_without_ssh_keygen_is_told_what_to_install(
    key: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By whatever needs it."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SignatureError, match="apt install openssh-client"):
        sign(b"words", key)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "begins with ssh-ed25519"),
        ("ssh-rsa AAAA me", "begins with ssh-ed25519"),
        ('command="x" ssh-ed25519 AAAA', "begins with ssh-ed25519"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "is a private key"),
    ],
)
def test_what_is_no_public_key_is_refused(text: str, why: str) -> None:
    """With what was expected."""
    with pytest.raises(SignatureError, match=rf"weir.pub: .*{why}"):
        public_keys(text, "weir.pub")


def test_trust_is_for_receipts_alone(key: Path) -> None:
    """A line that says more, or less, is no key of ours."""
    (line,) = trusting([public(key)]).splitlines()

    assert trusted_keys(line) == [public(key)]
    assert trusted_keys(f"# {line}\n{public(key)}\n* {public(key)}") == []
