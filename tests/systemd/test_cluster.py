"""The shipped unit and a cluster: a drop-in opens the network, nothing else does."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.systemd.conftest import ROOT, make
from tests.systemd.guest import Guest

ANALYSIS = "weir-analysis"
CLUSTER = ROOT / "systemd" / "cluster"
CONFIG = """[analysis]
executor = "dask"
scheduler = "tls://127.0.0.1:8786"
tls_ca = "/etc/weir/tls/ca.pem"
tls_cert = "/etc/weir/tls/desk.pem"
tls_key = "/etc/weir/tls/desk-key.pem"
"""


def test_the_drop_in_opens_the_network_alone() -> None:
    """Every other wall of the unit stays."""
    lines = (CLUSTER / "network.conf").read_text("utf-8").splitlines()
    keys = {line.partition("=")[0] for line in lines if re.match(r"\w+=", line)}

    assert keys == {"PrivateNetwork", "RestrictAddressFamilies", "IPAddressAllow"}
    assert "IPAddressAllow=any" not in lines


@pytest.mark.parametrize("name", ["weir-scheduler.service", "weir-worker.service"])
def test_nothing_of_dasks_listens_unasked(name: str) -> None:
    """Its web server stays on the machine; all else speaks TLS."""
    text = (CLUSTER / name).read_text("utf-8")

    assert "--no-dashboard --dashboard-address 127.0.0.1:0" in text
    assert text.count("--tls-") == 3
    assert "User=weir\n" in text and "Restart=always\n" in text


@pytest.mark.timeout(600)
def test_the_unit_reaches_a_scheduler_with_the_drop_in_only(
    guest: Guest, river: Path
) -> None:
    """Without it the daemon lives on, and clips wait; with it they are worked."""
    make(guest, "install-analysis", extras="simulated,cluster")
    guest.shell(
        "cd /etc/weir; /root/weir/systemd/certificates.sh tls desk scheduler worker;"
        " chown -R weir tls"
    )
    config = guest.path("/etc/weir/config.toml")
    config.write_text(config.read_text().replace("[analysis]\n", CONFIG))
    for name in ("weir-scheduler", "weir-worker"):
        shutil.copy(CLUSTER / f"{name}.service", guest.path("/etc/systemd/system"))
    guest.drop_in("weir-worker", "Environment=SCHEDULER=tls://127.0.0.1:8786 WORKERS=1")
    guest.run("systemctl", "start", "weir-scheduler", "weir-worker")
    guest.path("/var/lib/weir/inbox/river.zip").write_bytes(river.read_bytes())

    guest.run("systemctl", "start", ANALYSIS)
    guest.until_event(ANALYSIS, "cluster_away")
    guest.until_event(ANALYSIS, "archive_accepted")
    assert "is not reached, clips wait" in guest.run("weir-analysis", "status")
    assert guest.property(ANALYSIS, "ActiveState") == "active"
    assert not guest.journal(ANALYSIS, "cluster_reached")

    folder = guest.path(f"/etc/systemd/system/{ANALYSIS}.service.d")
    shutil.copy(CLUSTER / "network.conf", folder / "cluster.conf")
    guest.run("systemctl", "daemon-reload")
    guest.run("systemctl", "restart", ANALYSIS)
    guest.until_event(ANALYSIS, "cluster_worker_joined")
    assert guest.until_event(ANALYSIS, "archive_analysed")["WEIR_FAILED"] == "0"
    assert "1 worker on 1 machine, 1 core" in guest.run("weir-analysis", "status")
    assert len(guest.journal(ANALYSIS, "clip_analysed")) == 3
