"""Receipts are signed where the host has a key, and written where it has none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analysis.__main__ import main
from analysis.commands import check
from analysis.work.signing import Signer
from tests.analysis.installation import Installation
from tests.analysis.small_host import NOW, Host
from tests.footage import clip_bytes
from weir.receipt import Receipt, message_of
from weir.signature import make_key, public_keys, public_of, signer, trusting

CLIP = "clip1_2026-05-01.h264"
EMPTY = Receipt("a.zip", NOW, ())


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A config whose folder is there."""
    (tmp_path / "host").mkdir()
    file = tmp_path / "config.toml"
    file.write_text('[analysis]\nfolder = "host"\n')
    return file


def worked(host: Host) -> Path:
    """Work a clip; its receipt."""
    with host:
        host.drop(CLIP, clip_bytes(1))
        host.settle()
    return host.folders.receipts / (CLIP + ".receipt.json")


def test_keys_makes_a_key_once_and_prints_what_may_be_carried(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The public half alone; what people compare stands beside it."""
    assert [main(["keys", "--config", str(config)]) for _ in "12"] == [0, 0]

    printed = capsys.readouterr()
    first, second = printed.out.splitlines()
    assert first == second
    assert len(public_keys(printed.out, "printed")) == 2
    assert printed.err.count("SHA256:") == 2
    assert "PRIVATE" not in printed.out + printed.err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a folder away")
def test_keys_are_made_by_whom_the_daemon_runs_as(
    config: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Root's key the daemon could not read."""
    os.chown(config.parent / "host", 1234, 1234)

    assert main(["keys", "--config", str(config)]) == 1
    assert "sudo -u weir weir-analysis keys" in caplog.text
    assert not (config.parent / "host" / "keys").exists()


def test_a_receipt_is_signed_with_the_desks_key(tmp_path: Path) -> None:
    """Inside its one file, so that nothing else need be carried."""
    host = Host(tmp_path)
    make_key(host.folders.key)
    file = worked(host)

    (public,) = public_keys(public_of(host.folders.key).read_text(), "key")
    message, signature = message_of(file.read_bytes(), file.name)
    assert signer(message, signature, trusting([public])).startswith("SHA256:")
    assert [clip.clip for clip in Receipt.from_json(message, "m").clips] == [CLIP]


@pytest.mark.parametrize("trouble", ["no key", "no ssh-keygen", "key open to others"])
def test_what_cannot_be_signed_is_written_all_the_same(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    trouble: str,
) -> None:
    """The work goes on; a warning says why, and what to do."""
    host = Host(tmp_path)
    if trouble != "no key":
        make_key(host.folders.key)
        host.folders.key.chmod(0o644 if trouble == "key open to others" else 0o600)
    if trouble == "no ssh-keygen":
        monkeypatch.setenv("PATH", str(tmp_path))
    file = worked(host)

    assert message_of(file.read_bytes(), file.name)[1] == ""
    (told,) = [r for r in caplog.messages if r.startswith("receipts are not signed")]
    said = {
        "no key": "sudo -u weir weir-analysis keys",
        "no ssh-keygen": "sudo apt install openssh-client",
        "key open to others": "0644 for",
    }
    assert said[trouble] in told


def test_a_trouble_is_told_once_until_it_is_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Not with each of a hundred receipts; a key may come while the daemon runs."""
    signing = Signer(tmp_path / "keys" / "receipts")
    signing.check()
    assert signing.sign(EMPTY) == ""
    assert len(caplog.messages) == 1
    make_key(tmp_path / "keys" / "receipts")
    assert signing.sign(EMPTY).startswith("-----BEGIN SSH SIGNATURE-----")
    (tmp_path / "keys" / "receipts").unlink()
    signing.check()

    assert len(caplog.messages) == 2


def test_check_says_whether_receipts_are_signed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before the first delivery."""
    host = Host(tmp_path)
    check.print_check(host.settings, None)
    assert "  not signed  " in capsys.readouterr().out
    make_key(host.folders.key)
    check.print_check(host.settings, None)

    assert "  signed by   SHA256:" in capsys.readouterr().out


def test_a_daemon_without_a_key_says_so_at_its_start(tmp_path: Path) -> None:
    """And not only when the first delivery has come."""
    installation = Installation(tmp_path)
    said = installation.run("run", "--once").stderr

    assert said.count("receipts are not signed reason=") == 1
    assert installation.run("keys").returncode == 0
    assert "not signed" not in installation.run("run", "--once").stderr
