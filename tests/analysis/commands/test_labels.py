"""The commands for labels, from what a person types to what is told."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.__main__ import main
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen, sha

CLIP = "clip00001_2026-05-01.h264"
HEAD = "clip,first_frame,last_frame,verdict,person,at\n"
FISH = f"{CLIP},2,5,fish,anna,2026-06-01T12:00:00Z\n"


class Desk:
    """An analysis folder with one clip, and what its commands say.

    Args:
        root: an empty folder.
        capsys, caplog: capture what is said.
    """

    def __init__(
        self,
        root: Path,
        capsys: pytest.CaptureFixture[str],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        self.root, self._capsys, self._caplog = root, capsys, caplog
        self.results = root / "host" / "results"
        self.work(encounter(1, 2, 5))
        (root / "config.toml").write_text('[analysis]\nfolder = "host"\n')

    def work(self, *encounters: object) -> None:
        """Count these in the clip."""
        store, run = open_record(self.results)
        with store:
            store.commit(clip(1), run, seen(encounters), NOW)  # type: ignore[arg-type]

    def types(self, *words: str) -> tuple[int, str, str]:
        """Run a command; its code, and what it said."""
        code = main([*words, "--config", str(self.root / "config.toml")])
        said, logged = self._capsys.readouterr(), "\n".join(self._caplog.messages)
        return code, said.out, said.err + logged

    def imports(self, table: str) -> tuple[int, str, str]:
        """Import a table."""
        (self.root / "in.csv").write_text(table)
        return self.types("labels", "import", str(self.root / "in.csv"))

    def exported(self) -> str:
        """The table of all labels."""
        return self.types("labels", "export", "--output", "-")[1]


@pytest.fixture
def desk(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> Desk:
    """A desk on which a fish was counted."""
    return Desk(tmp_path, capsys, caplog)


def test_good_lines_are_taken_and_bad_ones_named(desk: Desk) -> None:
    """Mended and imported again, the file adds what was missing."""
    bad = "clip9.h264,2,5,fish,anna,2026-06-01T12:00:00Z\n"
    code, out, err = desk.imports(HEAD + bad + FISH)
    again, out_again, _ = desk.imports(HEAD + bad.replace("clip9.h264", CLIP) + FISH)

    assert (code, out) == (1, "1 new label, 0 known before\n")
    assert "in.csv:2: clip = 'clip9.h264'; no clip of the record has this name" in err
    assert "1 line not taken, all others were" in err.splitlines()[-1]
    assert (again, out_again) == (0, "0 new labels, 2 known before\n")


def test_a_file_that_is_no_table_is_not_taken_at_all(desk: Desk) -> None:
    """Its name is told, and why."""
    code, out, err = desk.imports("clip,verdict\n")

    assert (code, out) == (1, "")
    assert "in.csv: has no column 'first_frame'; expected: clip, sha256" in err
    assert err.endswith("nothing was taken")


def test_a_file_that_is_not_there_is_named(desk: Desk) -> None:
    """And what is expected."""
    code, _, err = desk.types("labels", "import", str(desk.root / "none.csv"))

    assert code == 1
    assert "none.csv: cannot be read (No such file or directory); expected" in err


def test_two_words_at_one_time_are_told_by_their_line(desk: Desk) -> None:
    """One of them must be the newer."""
    err = desk.imports(HEAD + FISH + FISH.replace("fish", "not"))[2]

    assert "in.csv:3: anna said something else about these frames at 2026-06-01" in err


def test_who_names_nobody_is_told(desk: Desk) -> None:
    """Two nameless people cannot be told to contradict each other."""
    assert (
        "new labels without a person: 1"
        in desk.imports(HEAD + FISH.replace("anna", ""))[2]
    )


def test_a_table_comes_through_a_pipe(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service may not be able to read a home directory."""
    pipe = io.TextIOWrapper(io.BytesIO((HEAD + FISH).encode()))
    monkeypatch.setattr("sys.stdin", pipe)

    assert desk.types("labels", "import", "-")[:2] == (
        0,
        "1 new label, 0 known before\n",
    )


def test_what_is_exported_is_known_where_it_came_from(desk: Desk) -> None:
    """And makes the same labels elsewhere, with what was taken back."""
    desk.imports(HEAD + FISH + FISH.replace("anna", "ben"))
    desk.types("labels", "undo", "--person", "ben")
    table = desk.exported()
    assert f"{CLIP},{sha(1)},2,5,withdrawn,,,,,ben,2026-06-01T12:00:00Z" in table
    assert desk.imports(table)[1] == "0 new labels, 2 known before\n"
    for file in (desk.root / "host" / "labels").iterdir():
        file.unlink()

    assert desk.imports(table)[1] == "2 new labels, 0 known before\n"
    assert desk.exported() == table


def test_undo_says_what_it_took_back(desk: Desk) -> None:
    """And that there is nothing more."""
    desk.imports(HEAD + FISH)

    code, out, _ = desk.types("labels", "undo")
    assert out == (
        f"taken back: {CLIP} frames 2 to 5: fish, anna 2026-06-01T12:00:00Z\n"
    )
    assert (code, desk.types("labels", "undo")[0]) == (0, 1)


def test_the_status_says_what_is_below_the_threshold(desk: Desk) -> None:
    """A run with a higher one keeps what it does not count, and the label stays."""
    desk.imports(HEAD + FISH)
    below = encounter(1, 2, 5, score=0.4, status="below", would_be="counted")
    outcome = seen([below])
    assert outcome.findings
    parts = {"detections": (), "lower": outcome.findings.detections, "encounters": ()}
    kept = {"below": (below,), "kept_above": 0.3}
    findings = replace(outcome.findings, **parts, **kept)  # type: ignore[arg-type]
    store, run = open_record(desk.results)
    with store:
        store.commit(clip(1), run, replace(outcome, findings=findings), NOW)
    status = desk.types("labels", "status")[1]

    assert "1 to an encounter of the newest run, 1 of them below its thr" in status
    assert "counted     0 by the model" in status
    assert "look again  0 labels" in status


def test_the_status_says_what_is_to_be_looked_at_again(desk: Desk) -> None:
    """A newer run finds the fish no more; and two people disagree."""
    no = FISH.replace("fish", "not").replace("anna", "ben")
    desk.imports(HEAD + FISH + no)
    before = desk.types("labels", "status")[1]
    desk.work(encounter(1, 8, 9))
    after = desk.types("labels", "status")[1]

    assert "labels      2 in 1 clip: 1 fish, 1 not, 0 unsure, 0 watched" in before
    assert "counted     1 by the model, 0 confirmed by a person, 0 rejected" in before
    assert "attached    2 to" in before and "look again  0 labels" in before
    assert "disputed    1 contradiction\n" in before
    assert f"{CLIP} frames 2 to 5: fish, anna 2026-06-01T12:00:00Z; but {CLIP}" in after
    assert "look again  2 labels without the encounter of before" in after
    assert "run 1 had counted fish" in after


def test_the_status_is_short_however_much_is_disputed(desk: Desk) -> None:
    """Of each list it shows the first, and says how many more there are."""
    says = [FISH.replace(",2,5,", f",{frame},{frame},") for frame in range(9)]
    more = [line.replace("anna", person) for line in says for person in ("cy", "dan")]
    noes = [line.replace("fish", "not").replace("anna", "ben") for line in says]
    desk.imports(HEAD + "".join(says + more + noes))
    status = desk.types("labels", "status")[1]

    assert "disputed    27 contradictions\n" in status
    assert "and 7 more; labels export has them all" in status
    assert len(status.splitlines()) < 60


def test_labels_are_away_where_the_results_are(desk: Desk) -> None:
    """And back when the footage was worked again."""
    desk.imports(HEAD + FISH)
    table = desk.exported()
    shutil.rmtree(desk.results)
    gone = desk.types("labels", "status")[1]
    open_record(desk.results)[0].close()
    away = desk.types("labels", "status")[1]
    desk.work(encounter(1, 2, 5))

    assert "1 fish" in gone and "there are no results yet" in gone
    assert "away        1, of 1 clip not in results" in away
    assert "attached    1 to" in desk.types("labels", "status")[1]
    assert desk.exported() == table


def test_the_config_may_be_named_before_the_second_word(desk: Desk) -> None:
    """As well as behind it."""
    config = str(desk.root / "config.toml")

    assert main(["labels", "--config", config, "status"]) == 0
