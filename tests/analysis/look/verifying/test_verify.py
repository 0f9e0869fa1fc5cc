"""The second look at a clip: the same frames, and nothing but what is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis import ModelError
from analysis.config import AnalysisConfig, DetectorConfig, VerifierConfig
from analysis.frames.frames import Frame, FrameReader
from analysis.look.verifying import verify as second
from analysis.look.verifying.verify import verify
from analysis.models import load_verifier
from analysis.values.verifying import ENCOUNTER, Item, Look, VerifyJob
from tests import models
from tests.footage import clip_bytes, model_bytes


def config_in(folder: Path, verifier: bytes, **keys: object) -> AnalysisConfig:
    """A whole-frame detector, and a verifier."""
    (folder / "fish.tflite").write_bytes(model_bytes())
    (folder / "heavy.tflite").write_bytes(verifier)
    detector = DetectorConfig(model=folder / "fish.tflite", normalise="0..1")
    heavy = VerifierConfig(
        model=folder / "heavy.tflite",
        normalise="0..1",
        **{"targets": ("red",), **keys},  # type: ignore[arg-type]
    )
    return AnalysisConfig(detector=detector, verifier=heavy)


def test_a_verifier_must_give_boxes(tmp_path: Path) -> None:
    """The error says so, and which key is meant."""
    config = config_in(tmp_path, models.classifier())
    why = r"^analysis\.verifier\.model: heavy\.tflite judges whole frames .* boxes"

    with pytest.raises(ModelError, match=why):
        load_verifier(config.verifier, "auto")


def test_its_targets_are_named_by_their_key(tmp_path: Path) -> None:
    """Not by the detector's."""
    config = config_in(tmp_path, models.yolo(), targets=("bream",))

    with pytest.raises(ModelError, match=r"analysis\.verifier\.targets: \"bream\""):
        load_verifier(config.verifier, "auto")


@pytest.mark.parametrize("damage", ["whole", "hole", "smear"])
def test_a_number_means_the_same_picture(
    tmp_path: Path, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when all frames were looked at, also in footage that is damaged."""
    clip = tmp_path / "clip.h264"
    data = bytearray(clip_bytes(3, 24))
    if damage == "hole":
        del data[len(data) // 3 : len(data) // 2]
    elif damage == "smear":
        data[len(data) // 2 : len(data) // 2 + 40] = bytes(range(40))
    clip.write_bytes(data)
    with FrameReader(clip) as reader:
        sums = {f.index: np.copy(f.bgr()).tobytes() for f in reader}
    wanted = (max(sums) - 1, 2, 7)
    found: dict[int, bytes] = {}

    def note(frame: Frame, config: AnalysisConfig) -> Look:
        found[frame.index] = frame.bgr().tobytes()
        return Look(frame.index, 0.0, ())

    monkeypatch.setattr(second, "_look", note)
    config = config_in(tmp_path, models.yolo())
    answers = verify(VerifyJob(clip, config, (Item(ENCOUNTER, 1, wanted),)))

    assert [look.frame for look in answers.looks] == sorted(wanted)
    assert found == {frame: sums[frame] for frame in wanted}


def test_its_one_target_is_called_as_the_detectors(tmp_path: Path) -> None:
    """One thing by two names would be two kinds in every sum."""
    clip = tmp_path / "clip.h264"
    clip.write_bytes(clip_bytes(3))
    config = config_in(tmp_path, models.yolo())
    job = VerifyJob(clip, config, (Item(ENCOUNTER, 1, (5,)),))
    several = replace(config.verifier, targets=("red", "blue"))

    def labels(config: AnalysisConfig) -> set[str]:
        (look,) = verify(replace(job, config=config)).looks
        return {box.label for box in look.boxes}

    assert labels(config) == {"fish"}
    assert labels(replace(config, verifier=several)) == {"red"}
