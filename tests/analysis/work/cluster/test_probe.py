"""A folder is shared by who reads its word, not by who has one of that name."""

from __future__ import annotations

from pathlib import Path

from analysis.work.cluster.probe import NAME, Probe


def test_who_reads_the_file_shares_the_folder(tmp_path: Path) -> None:
    """Another word, half of it or none is that of another folder."""
    probe = Probe(tmp_path)
    word = probe.path.read_bytes()
    (tmp_path / "other").mkdir()
    other = Probe(tmp_path / "other").path.read_bytes()

    assert probe.is_told(word)
    assert not any(probe.is_told(said) for said in (b"", word[:-1], other))


def test_two_programs_have_one_file(tmp_path: Path) -> None:
    """A reanalysis beside the daemon leaves it as it is; a stump is written anew."""
    word = Probe(tmp_path).path.read_bytes()

    assert Probe(tmp_path).is_told(word)
    (tmp_path / NAME).write_bytes(b"")
    assert not Probe(tmp_path).is_told(b"")


def test_it_speaks_for_what_lies_below(tmp_path: Path) -> None:
    """Wherever a link leads."""
    (tmp_path / "host").mkdir()
    probe = Probe(tmp_path / "host")
    (tmp_path / "host" / "out").symlink_to(tmp_path)

    assert probe.covers(tmp_path / "host" / "working" / "clip.h264")
    assert not probe.covers(tmp_path / "clip.h264")
    assert not probe.covers(tmp_path / "host" / "out" / "clip.h264")
