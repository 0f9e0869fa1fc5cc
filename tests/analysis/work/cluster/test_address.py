"""The config's words about a cluster: what is not safe is refused, with what to do."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.config import AnalysisConfig
from analysis.work.choice import require_executor
from analysis.work.cluster.address import cluster_of
from tests.analysis.installation import ROOT, Installation
from weir import ConfigError

SCRIPT = ROOT / "systemd" / "certificates.sh"


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with certificates that the script made."""
    folder = tmp_path_factory.mktemp("made") / "tls"
    subprocess.run([SCRIPT, folder, "desk"], check=True)
    return folder


def config(tls: Path, scheduler: str = "tls://desk:8786") -> AnalysisConfig:
    """A config that names a cluster."""
    return AnalysisConfig(
        executor="dask",
        scheduler=scheduler,
        tls_ca=tls / "ca.pem",
        tls_cert=tls / "desk.pem",
        tls_key=tls / "desk-key.pem",
    )


def test_a_cluster_with_certificates_is_taken(tls: Path) -> None:
    """With the three files, wherever it is."""
    assert cluster_of(config(tls)).tls == (
        tls / "ca.pem",
        tls / "desk.pem",
        tls / "desk-key.pem",
    )


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.9.9.9", "[::1]", "localhost", "LOCALHOST"]
)
def test_without_tls_this_machine_is_reached(host: str) -> None:
    """And needs no certificate."""
    assert cluster_of(AnalysisConfig(scheduler=f"tcp://{host}:8786")).tls is None


@pytest.mark.parametrize(
    "host",
    [
        "10.0.0.5",
        "0.0.0.0",
        "[::]",
        "desk",
        "localhost.example",
        "128.0.0.1",
        "[fe80::1]",
    ],
)
def test_without_tls_no_other_is(tls: Path, host: str) -> None:
    """Not even where certificates are named: they would not be used."""
    with pytest.raises(ConfigError, match=r"expected tls://: make certificates with"):
        cluster_of(config(tls, f"tcp://{host}:8786"))


@pytest.mark.parametrize(
    "scheduler",
    [
        "",
        "desk",
        "desk:8786",
        "http://desk:8786",
        "tls://desk",
        "tls://:8786",
        "tls://",
        "tls://desk:0",
        "tls://desk:99999",
        "tls://desk:x",
        "tls://a@desk:1",
        "tls://a:1/b",
    ],
)
def test_what_is_no_address_is_refused(tls: Path, scheduler: str) -> None:
    """With an example of one."""
    with pytest.raises(ConfigError, match='like "tls://host:8786"'):
        cluster_of(config(tls, scheduler))


@pytest.mark.parametrize("key", ["tls_ca", "tls_cert", "tls_key"])
def test_each_file_is_needed(tls: Path, key: str) -> None:
    """A missing name and a missing file are told apart."""
    without = replace(config(tls), **{key: None})  # type: ignore[arg-type]
    with pytest.raises(
        ConfigError, match=f"analysis.{key}: missing; make certificates"
    ):
        cluster_of(without)
    elsewhere = replace(config(tls), **{key: tls / "none.pem"})  # type: ignore[arg-type]
    with pytest.raises(
        ConfigError, match=f"analysis.{key} = .*none.pem.* cannot be read"
    ):
        cluster_of(elsewhere)


def test_a_key_that_others_may_use_is_refused(tls: Path, tmp_path: Path) -> None:
    """Whoever holds it can run programs on every machine of the cluster."""
    key = tmp_path / "key.pem"
    key.write_bytes((tls / "desk-key.pem").read_bytes())
    key.chmod(0o640)
    with pytest.raises(ConfigError, match=f"chmod 600 {key}"):
        cluster_of(replace(config(tls), tls_key=key))


def test_dask_that_is_not_installed_is_named(
    tls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the extra that brings it."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=r"pip install 'weir\[cluster\]'"):
        cluster_of(config(tls))


def test_a_machine_alone_needs_no_address() -> None:
    """Keys of the cluster are not looked at where there is none."""
    require_executor(AnalysisConfig(scheduler="tcp://10.0.0.5:1"))


def test_the_daemon_does_not_start_with_it(tmp_path: Path) -> None:
    """It ends with 2, as with any other wrong config."""
    installation = Installation(
        tmp_path, executor='"dask"', scheduler='"tcp://10.0.0.5:8786"'
    )
    ended = installation.run("run", "--once")

    assert ended.returncode == 2
    assert "systemd/certificates.sh" in ended.stderr
    assert not any(installation.folders.results.iterdir())
