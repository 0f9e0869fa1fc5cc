"""``weir-capture trust``, and whose word ``prune`` takes for what may go."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.capture.camera_site import ROOT, Site
from weir.effort import LEDGER_NAME, parse_ledger
from weir.signature import make_key, public_of

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")


def prune(site: Site, receipt: Path, *options: str) -> tuple[int, str]:
    """Prune; the exit code and the last line."""
    code, lines = site.run("prune", "--receipt", str(receipt), *options)
    return code, lines[-1]


def forge(receipt: Path) -> None:
    """Name another clip's bytes in a signed receipt."""
    fields = json.loads(receipt.read_text())
    fields["clips"][0]["kept"] = True
    receipt.write_text(json.dumps(fields))


def test_a_receipt_by_hand_deletes_nothing(site: Site) -> None:
    """Names and sums are no secret; the host's word is."""
    site.film(1)
    site.trust()
    code, said = prune(site, site.receipt(signed=False))

    assert (code, len(site.clips)) == (1, 1)
    assert "is not signed; on the host: sudo -u weir weir-analysis keys" in said


def test_a_receipt_that_was_changed_deletes_nothing(site: Site) -> None:
    """One word of it, under a signature that held."""
    site.film(1)
    receipt = site.receipt(kept=False)
    forge(receipt)
    code, said = prune(site, receipt)

    assert (code, len(site.clips)) == (1, 1)
    assert "by no key in" in said
    assert "incorrect signature" in said


def test_a_key_that_was_carried_through_windows_is_taken(site: Site) -> None:
    """With a byte order mark and other line ends; in the file of keys, too."""
    site.film(1)
    receipt = site.receipt()
    keys, carried = site.folder / "trusted-keys", site.folder / "host.pub"
    key = public_of(site.key).read_bytes().replace(b"\n", b"\r\n")
    carried.write_bytes(b"\xef\xbb\xbf" + key)
    keys.unlink()

    assert site.call("trust", str(carried)).returncode == 0
    keys.write_bytes(b"\xef\xbb\xbf" + keys.read_bytes().replace(b"\n", b"\r\n"))
    assert prune(site, receipt)[0] == 0
    assert site.clips == []


def test_a_receipt_of_another_host_deletes_nothing(site: Site) -> None:
    """Until a person trusts its key."""
    site.film(1)
    receipt = site.receipt()
    (site.folder / "trusted-keys").unlink()
    assert "no key is trusted here yet" in prune(site, receipt)[1]
    other = site.folder / "other"
    make_key(other)
    site.run("trust", str(public_of(other)))
    assert "by no key in" in prune(site, receipt)[1]
    assert len(site.clips) == 1

    site.trust()
    assert (prune(site, receipt)[0], site.clips) == (0, [])


def test_an_unsigned_receipt_is_taken_when_asked_for_and_recorded(site: Site) -> None:
    """As those from before there were keys; the ledger says so, and is still read."""
    site.film(1)
    code, _ = prune(site, site.receipt(signed=False), "--unsigned")

    ledger = (site.drive / LEDGER_NAME).read_bytes()
    slots, problems = parse_ledger(ledger, LEDGER_NAME)
    line = json.loads(ledger.splitlines()[-1])
    assert (code, site.clips, len(slots), problems) == (0, [], 1, [])
    assert (line["archive"], line["clips"], line["unsigned"]) == (
        *("recordings.zip", 1),
        True,
    )
    assert len(line["receipt_sha256"]) == 64


def test_a_signed_receipt_is_not_recorded_as_unsigned(site: Site) -> None:
    """Though one was allowed to be."""
    site.film(1)
    prune(site, site.receipt(), "--unsigned")

    assert b"unsigned" not in (site.drive / LEDGER_NAME).read_bytes()


def test_nothing_goes_that_the_ledger_does_not_take(site: Site) -> None:
    """It is recorded before the first clip is deleted."""
    site.film(1)
    receipt = site.receipt(signed=False)
    (site.drive / LEDGER_NAME).unlink()
    (site.drive / LEDGER_NAME).mkdir()
    code, _ = prune(site, receipt, "--unsigned")

    assert (code, len(site.clips)) == (1, 1)


@pytest.mark.parametrize("mode", [0o664, 0o646])
@pytest.mark.parametrize("options", [[], ["--unsigned"]])
def test_a_receipt_that_others_may_write_is_refused(
    site: Site, mode: int, options: list[str]
) -> None:
    """Signed or not: an older one, still true, may have been put in its place."""
    site.film(1)
    receipt = site.receipt()
    receipt.chmod(mode)
    code, said = prune(site, receipt, *options)

    assert (code, len(site.clips)) == (1, 1)
    assert f"others may write to it (mode {mode:o})" in said


@AS_ROOT
def test_a_receipt_of_another_user_is_refused(site: Site) -> None:
    """In /tmp anybody can have the name first."""
    site.film(1)
    receipt = site.receipt()
    os.chown(receipt, 1234, 1234)
    assert "belongs to user 1234" in prune(site, receipt)[1]
    link = site.folder / "link"
    link.symlink_to(receipt)
    assert "cannot be read" in prune(site, link)[1]
    assert len(site.clips) == 1

    os.chown(site.drive, 1234, 1234)  # who could delete the clips without a receipt
    assert prune(site, receipt)[0] == 0


def test_a_receipt_may_come_through_a_pipe(site: Site) -> None:
    """From the host, and past every folder where somebody else could write."""
    site.film(1)
    command = site.command("prune", "--receipt", "-")
    with site.receipt().open("rb") as receipt:
        cat = subprocess.Popen(["cat"], stdin=receipt, stdout=subprocess.PIPE)
        done = subprocess.run(command, stdin=cat.stdout, check=True, cwd=ROOT)
        cat.communicate()

    assert (done.returncode, site.clips) == (0, [])


def test_trust_says_whom(site: Site) -> None:
    """By fingerprint, and once; what is there already stays."""
    key = str(public_of(site.key))
    _, first = site.run("trust", key)
    code, second = site.run("trust", key)

    assert code == 0
    assert first[0].startswith("SHA256:")
    assert first[0].endswith("trusted from now on")
    assert second[0] == first[0].replace("from now on", "before")
    assert len((site.folder / "trusted-keys").read_text().splitlines()) == 1


def test_keys_that_others_could_have_written_are_not_trusted(site: Site) -> None:
    """Nor is a key that others could have put in the place of the host's."""
    site.film(1)
    receipt = site.receipt()
    (site.folder / "trusted-keys").chmod(0o666)
    assert "trusted-keys: others may write to it" in prune(site, receipt)[1]
    assert prune(site, receipt, "--unsigned")[0] == 1
    assert len(site.clips) == 1

    public_of(site.key).chmod(0o666)
    code, lines = site.run("trust", str(public_of(site.key)))
    assert (code, "others may write to it" in lines[-1]) == (1, True)


@AS_ROOT
def test_keys_of_another_user_are_not_trusted(site: Site) -> None:
    """Only root's, and those of whoever prunes."""
    site.film(1)
    receipt = site.receipt()
    os.chown(site.folder / "trusted-keys", 1234, 1234)

    assert "trusted-keys: belongs to user 1234" in prune(site, receipt)[1]
    assert len(site.clips) == 1


def test_check_says_whose_receipts_are_believed(site: Site) -> None:
    """And fails where somebody else could have put a key."""
    assert any("receipts: no host is trusted yet" in x for x in site.run("check")[1])
    site.trust()
    code, lines = site.run("check")
    assert (code, sum("receipts: believed of SHA256:" in x for x in lines)) == (0, 1)
    (site.folder / "trusted-keys").chmod(0o666)
    code, lines = site.run("check")

    assert (code, sum(x.startswith("FAIL  receipts: ") for x in lines)) == (1, 1)
