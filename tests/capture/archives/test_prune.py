"""``weir-capture prune``: what a receipt covers goes, and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from capture.archives.prune import prune
from tests.capture.camera_site import Site
from tests.capture.river_bank import stream
from weir import atomic
from weir.receipt import Receipt
from weir.sidecar import Sidecar


def test_prune_deletes_what_the_receipt_names(site: Site) -> None:
    """By its bytes, with what lies beside it, and says what that freed."""
    site.film(3)
    receipt = site.receipt()
    changed = site.drive / site.clips[1]
    changed.write_bytes(changed.read_bytes()[:-1] + b"!")
    code, lines = site.run("prune", "--receipt", str(receipt))

    assert code == 0
    assert site.clips == [changed.name]
    assert (site.drive / (changed.name + ".json")).exists()
    assert len(list(site.drive.glob("*.json"))) == 1
    assert any(re.fullmatch(r"2 clips deleted, \d+\.\d MB freed", x) for x in lines)


def test_prune_finds_renamed_clips_and_spares_new_ones(site: Site) -> None:
    """A name says nothing: next week's clip0 is not last week's."""
    old, new = (
        site.drive / "clip0_2026-05-01.h264",
        site.drive / "clip0_2026-05-08.h264",
    )
    old.write_bytes(stream(50))
    receipt = site.receipt()
    old.rename(site.drive / "clip9_2026-05-01.h264")
    new.write_bytes(stream(51))
    site.run("prune", "--receipt", str(receipt))

    assert site.clips == [new.name]


def test_prune_spares_what_only_shares_a_name(site: Site) -> None:
    """Backups and conversions are in no receipt; of a clip, two files go with it."""
    clip = "clip0_2026-05-01.h264"
    for name in (clip, clip + ".json", clip + ".truth.json"):
        (site.drive / name).write_bytes(stream(50))
    receipt = site.receipt()
    others = [clip + end for end in (".h264", ".bak", ".~1~", ".mp4", ".old.json")]
    for name in others:
        (site.drive / name).write_bytes(b"other footage, never sent")
    code, _ = site.run("prune", "--receipt", str(receipt))

    assert code == 0
    assert sorted(path.name for path in site.drive.iterdir()) == sorted(others)


def test_prune_refuses_what_is_not_kept(site: Site) -> None:
    """Analysed and thrown away on the host: only when told so."""
    site.film(2)
    receipt = site.receipt(kept=False)
    code, lines = site.run("prune", "--receipt", str(receipt))

    assert code == 1
    assert len(site.clips) == 2
    assert "--analysed-is-enough" in lines[-1]

    code, _ = site.run("prune", "--receipt", str(receipt), "--analysed-is-enough")
    assert code == 0
    assert site.clips == []


def test_a_start_that_was_corrected_since_is_delivered_first(site: Site) -> None:
    """The receipt speaks of the clip's bytes; only its sidecar knows the right hour."""
    site.film(2)
    assert site.run("pack", "--output", str(site.drive / "first.zip"))[0] == 0
    receipt = site.receipt()
    path = site.drive / (site.clips[0] + ".json")
    sidecar = Sidecar.read(path)
    replace(sidecar, corrected_start=sidecar.start + timedelta(hours=3)).write(path)
    code, lines = site.run("prune", "--receipt", str(receipt))

    assert code == 1
    assert site.clips == [path.name[: -len(".json")]]
    assert "pack and deliver it again" in "".join(lines)
    assert site.run("pack", "--output", str(site.drive / "second.zip"))[0] == 0
    assert site.run("prune", "--receipt", str(receipt))[0] == 0
    assert site.clips == []


def test_a_sidecar_goes_only_with_what_is_kept(site: Site) -> None:
    """Its clip is elsewhere at the moment, and was not kept on the host either."""
    site.film(1)
    receipt = site.receipt(kept=False)
    clip = site.drive / site.clips[0]
    clip.rename(site.folder / clip.name)
    site.run("prune", "--receipt", str(receipt))
    assert len(list(site.drive.glob("*.h264.json"))) == 1

    site.run("prune", "--receipt", str(receipt), "--analysed-is-enough")
    assert list(site.drive.glob("*.h264.json")) == []


def test_prune_keeps_the_ledger_and_the_numbers(site: Site) -> None:
    """Effort and numbers outlive the clips."""
    site.film(2)
    site.run("prune", "--receipt", str(site.receipt()))
    site.film(1)

    assert site.clips[0].startswith("clip00003_")
    assert (site.drive / "effort.jsonl").read_text().count("\n") == 3


def test_a_clip_goes_before_its_sidecar(site: Site, disk: list[str]) -> None:
    """What a power cut leaves is an orphan that is known, never a clip without time."""
    site.film(1)
    (clip,) = site.clips
    (site.drive / f"{clip}.truth.json").write_text("{}")
    receipt = Receipt.read(site.receipt())
    disk.clear()
    assert len(list(prune(site.drive, receipt, analysed_is_enough=False))) == 1

    companions = (f"remove {clip}.json", f"remove {clip}.truth.json")
    assert disk[0] == f"remove {clip}"
    assert sorted(disk[1:3]) == sorted(companions)
    assert disk[3:] == ["sync drive/"]


def test_an_interrupted_prune_leaves_no_orphans(site: Site) -> None:
    """The clip goes first; the next call takes what lay beside it."""
    site.film(1)
    receipt = site.receipt()
    (site.drive / site.clips[0]).unlink()
    site.run("prune", "--receipt", str(receipt))

    assert list(site.drive.glob("*.h264.json")) == []


def test_the_sidecar_of_a_clip_that_waits_for_its_name_stays(site: Site) -> None:
    """A cut came between the two; the clip is closed off when the daemon starts."""
    site.film(1)
    receipt = site.receipt()
    clip = site.drive / site.clips[0]
    clip.rename(atomic.part_of(clip))
    site.run("prune", "--receipt", str(receipt))

    assert len(list(site.drive.glob("*.h264.json"))) == 1
    assert atomic.part_of(clip).exists()


def test_prune_needs_a_receipt(site: Site) -> None:
    """A missing or a strange file is a plain sentence."""
    code, lines = site.run("prune", "--receipt", str(site.folder / "none.json"))
    assert (code, "cannot be read" in lines[-1]) == (1, True)

    strange = site.folder / "strange.json"
    strange.write_text("{}")
    code, lines = site.run("prune", "--receipt", str(strange))
    assert (code, "format_version" in lines[-1]) == (1, True)
