"""The page for review, installed and run as a user does it."""

from __future__ import annotations

from tests.systemd.conftest import make
from tests.systemd.guest import Guest

UNIT = "/usr/local/lib/systemd/system/weir-review.service"
ASK = (
    "import json, re, urllib.request as u; at = 'http://127.0.0.1:8471/';"
    " page = u.urlopen(at); word = re.search('word. content=.(\\\\w+)',"
    " page.read().decode())[1]; cookie = page.headers['set-cookie'].split(';')[0];"
    " ask = u.Request(at + 'next', json.dumps({'person': 'alice', 'queue': 'all',"
    " 'count': 9}).encode(), {'Cookie': cookie, 'X-Weir-Word': word,"
    " 'Content-Type': 'application/json'}); print(json.load(u.urlopen(ask)))"
)


def test_the_page_comes_with_its_extra_and_writes_labels_alone(guest: Guest) -> None:
    """It is not enabled; without the extra the unit goes again."""
    assert not guest.path(UNIT).exists()
    make(guest, "install-analysis", extras="simulated,review")
    enabled = "systemctl is-enabled weir-review || true"
    assert guest.shell(enabled).strip() == "disabled"
    security = f"systemd-analyze security --offline=yes --threshold=12 {UNIT}"
    assert "exposure level" in guest.shell(security)

    guest.run("systemctl", "start", "weir-analysis")
    guest.run("systemctl", "start", "weir-review")

    assert "'left': 0" in guest.shell(f'python3 -c "{ASK}"')
    process = guest.run("systemctl", "show", "-P", "MainPID", "weir-review").strip()
    mounts = guest.shell(f"cat /proc/{process}/mountinfo")
    writable = [
        line.split()[4]
        for line in mounts.splitlines()
        if "/var/lib/weir" in line and line.split()[5].startswith("rw")
    ]
    assert writable == ["/var/lib/weir/labels"]
    make(guest, "install-analysis", extras="simulated")
    assert not guest.path(UNIT).exists()
