"""``certificates.sh``: one authority, a certificate and a key for each machine."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "systemd" / "certificates.sh"


def make(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    """Run the script."""
    return subprocess.run(
        [SCRIPT, folder, *names], capture_output=True, text=True, check=False
    )


def is_of(authority: Path, certificate: Path) -> bool:
    """Whether the authority has signed a certificate."""
    check = ["openssl", "verify", "-x509_strict", "-CAfile", str(authority)]
    check.append(str(certificate))
    return subprocess.run(check, capture_output=True, check=False).returncode == 0


def test_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    """Whatever the umask; and the folder, too."""
    assert make(tmp_path / "tls", "desk", "pi-4").returncode == 0
    files = {file.name: file for file in (tmp_path / "tls").iterdir()}

    assert {"ca.pem", "ca-key.pem", "desk.pem", "pi-4.pem", "pi-4-key.pem"} <= set(
        files
    )
    assert {stat.S_IMODE(file.stat().st_mode) for file in files.values()} == {0o600}
    assert stat.S_IMODE((tmp_path / "tls").stat().st_mode) == 0o700
    assert is_of(files["ca.pem"], files["desk.pem"])


def test_a_machine_more_keeps_the_authority(tmp_path: Path) -> None:
    """And what others have; nothing is written over."""
    make(tmp_path, "desk")
    before = {file.name: file.read_bytes() for file in tmp_path.glob("*.pem")}
    make(tmp_path, "desk", "new")
    after = {file.name: file.read_bytes() for file in tmp_path.glob("*.pem")}

    assert {name: after[name] for name in before} == before
    assert is_of(tmp_path / "ca.pem", tmp_path / "new.pem")


def test_another_authority_is_another(tmp_path: Path) -> None:
    """Its certificates prove nothing here."""
    make(tmp_path / "ours", "desk")
    make(tmp_path / "theirs", "desk")

    assert not is_of(tmp_path / "ours" / "ca.pem", tmp_path / "theirs" / "desk.pem")


@pytest.mark.parametrize(
    "name", ["", "-x", "ca", "a/b", "../x", "a b", "desk-key", ".x", "a\n"]
)
def test_a_name_is_a_name(tmp_path: Path, name: str) -> None:
    """Not a path, and none that would write over the authority or a key."""
    ended = make(tmp_path / "tls", name)

    assert ended.returncode == 2
    assert not (tmp_path / "tls").exists()
