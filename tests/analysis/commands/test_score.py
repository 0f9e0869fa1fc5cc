"""The score as people and programs read it."""

import json
from pathlib import Path

import pytest

from analysis.commands import score
from analysis.commands.score import ScoreError, as_object, as_table
from analysis.commands.scoring.agreement import Agreement
from analysis.config import AnalysisConfig, AnalysisSettings
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.store import Store
from analysis.values.record import Outcome
from analysis.values.seen import FAILED
from tests.analysis import made_record as record
from tests.analysis.made_record import encounter, seen
from weir.clip import truth_name
from weir.truth import Sighting, Truth, encounters_of

WHOLE = Agreement(
    clips=2, every=6, truth=4, found=3, right=5, invented=1, named=3, kind_right=2,
    max_n_right=1, max_n_asked=2,
)  # fmt: skip


def test_the_object_has_counts_and_shares() -> None:
    """By the names that the README gives."""
    told = json.loads(as_object(WHOLE))

    assert tuple(told[k] for k in ("truth", "found", "missed", "invented")) == (
        4,
        3,
        1,
        1,
    )
    assert told["recall"] == 0.75
    assert told["precision"] == 5 / 6
    assert told["kind_right"] == 2 / 3
    assert told["max_n_right"] == 0.5


def test_shares_of_nothing_are_null() -> None:
    """A run without fish is not a perfect one."""
    told = json.loads(as_object(Agreement()))

    assert told["recall"] is told["precision"] is told["max_n_right"] is None


def test_the_table_has_a_line_for_each_clip_and_one_for_all() -> None:
    """And says what the shares are of."""
    table = as_table(
        [("clip00001.h264", Agreement(1)), ("clip00002.h264", WHOLE)], WHOLE
    )

    assert [line[:40].strip() for line in table.splitlines()[1:4]] == [
        "clip00001.h264",
        "clip00002.h264",
        "2 clips",
    ]
    assert "recall 75.0 % of the encounters of two frames or more" in table
    assert "counted 6 encounters; the truth has 6" in table
    assert "2 encounters of the truth lasted a single frame: whether" in table
    assert "single frame" not in as_table([], Agreement(1, every=4, truth=4, found=4))


def write_truth(folder: Path, clip: str, start_s: int, kind: str) -> None:
    """A fish of a kind in frames 2 to 5 of a clip of ten."""
    fish = [Sighting(frame, 1, kind, (0, 0, 0.2, 0.1), 1.0) for frame in range(2, 6)]
    truth = Truth(1, start_s, 1, 10, tuple(fish), encounters_of(fish))
    folder.mkdir(exist_ok=True)
    (folder / truth_name(clip)).write_text(truth.to_json())


@pytest.fixture
def settings(tmp_path: Path) -> AnalysisSettings:
    """A record with one clip, in which a dace was found."""
    found = seen([encounter(1, 4, 6, species="dace")])
    start = record.sidecar("clip00001_2026-05-01.h264", 1)
    (tmp_path / "results").mkdir()
    with Store(tmp_path / "results" / FILE_NAME) as store:
        run = store.run(record.SETTINGS, record.NOW)
        store.commit(record.clip(1, beside=start), run, found, record.NOW)
    return AnalysisSettings(analysis=AnalysisConfig(folder=tmp_path))


START_S = int(record.START.timestamp())
CLIP = "clip00001_2026-05-01.h264"


def test_a_run_is_compared_by_the_names_of_its_clips(
    settings: AnalysisSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wherever below the folder the truths lie."""
    (tmp_path / "truth").mkdir()
    write_truth(tmp_path / "truth" / "drive", CLIP, START_S, "dace")

    score.print_score(settings, tmp_path / "truth", as_json=True)

    told = json.loads(capsys.readouterr().out)
    assert (told["truth"], told["found"], told["kind_right"]) == (1, 1, 1.0)


def test_where_names_repeat_the_start_decides(
    settings: AnalysisSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two cameras, each with its first clip of the day."""
    (tmp_path / "truth").mkdir()
    write_truth(tmp_path / "truth" / "a", CLIP, START_S + 60, "eel")
    write_truth(tmp_path / "truth" / "b", CLIP, START_S, "dace")
    score.print_score(settings, tmp_path / "truth", as_json=True)

    assert json.loads(capsys.readouterr().out)["kind_right"] == 1.0


def test_truths_of_other_clips_are_nothing_to_compare(
    settings: AnalysisSettings, tmp_path: Path
) -> None:
    """And that is said, with both places."""
    write_truth(tmp_path / "truth", "clip00009_2026-05-01.h264", START_S, "dace")

    with pytest.raises(ScoreError, match=r"1 file .* none is of a clip in .*sqlite"):
        score.print_score(settings, tmp_path / "truth", as_json=False)


def test_a_clip_that_failed_has_missed_no_fish(
    settings: AnalysisSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody looked: it is no clip of the score."""
    with Store(tmp_path / "results" / FILE_NAME) as store:
        run = store.run(record.SETTINGS, record.NOW)
        failed = Outcome(FAILED, "not one frame", None)
        store.commit(record.clip(2), run, failed, record.NOW)
    for name in (CLIP, record.clip(2).clip):
        write_truth(tmp_path / "truth", name, START_S, "dace")
    score.print_score(settings, tmp_path / "truth", as_json=True)

    assert json.loads(capsys.readouterr().out)["clips"] == 1


def test_fewer_encounters_than_are_true_have_their_sentence() -> None:
    """Where two were so near each other that they are one."""
    table = as_table(
        [], Agreement(clips=1, every=2, truth=2, found=2, right=1, joined=1)
    )

    assert "counted 1 encounter; the truth has 2" in table
    assert "1 encounter of the truth came so soon after another" in table
