"""Labels from text files, from the model's own zip, from Ultralytics' metadata."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis import ModelError
from analysis.models.file import labels, metadata
from tests import models
from tests.analysis.models.conftest import LoadDetector
from tests.tflite import with_files


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fish\nno_fish\n", ("fish", "no_fish")),
        ("0 fish\n1 no_fish\n", ("fish", "no_fish")),
        ("0 White Sucker\r\n1 Creek Chub\r\n\r\n", ("White Sucker", "Creek Chub")),
        ("0  person\n2  car\n", ("person", "???", "car")),
        ("1 fish\n1 fish\n", ("1 fish", "1 fish")),
        ("3 spined stickleback\neel\n", ("3 spined stickleback", "eel")),
        ("", ()),
    ],
)
def test_numbers_in_front_are_the_classes(text: str, expected: tuple[str, ...]) -> None:
    """Where every line has one and they rise; else they belong to the name."""
    assert labels.parse(text) == expected


@pytest.mark.parametrize(
    "files",
    [
        {"labels.txt": "a\nb\n"},
        {"readme.txt": "hello\n", "labelmap.txt": "a\nb\n"},
        {"metadata.json": '{"names": {"0": "a", "1": "b"}, "task": "detect"}'},
        {"meta.txt": "{'stride': 32, 'names': {0: 'a', 1: 'b'}}"},
        {"meta.txt": "{'names': ['a', 'b']}"},
    ],
    ids=str,
)
def test_a_model_brings_its_labels(tmp_path: Path, files: dict[str, str]) -> None:
    """In the zip that is appended to it."""
    path = tmp_path / "model.tflite"
    path.write_bytes(with_files(b"TFL3 and so on", files))

    said = metadata.read(path, {})

    assert labels.of_model(path, None, said, "analysis.detector") == ("a", "b")


def test_labels_from_an_editor_on_windows_are_read(
    detector: LoadDetector, tmp_path: Path
) -> None:
    """A byte order mark is no part of the first label."""
    mine = tmp_path / "mine.txt"
    mine.write_bytes(b"\xef\xbb\xbfred\r\nleaf\r\nsky\r\n")

    facts = detector(models.classifier(), labels=mine).facts
    assert facts.labels == ("red", "leaf", "sky")


def test_a_file_goes_before_the_models_own(
    detector: LoadDetector, tmp_path: Path
) -> None:
    """The facts name the file of the config."""
    mine = tmp_path / "mine.txt"
    mine.write_text("0 red\n1 leaf\n2 sky\n", "utf-8")

    facts = detector(models.classifier(), labels=mine).facts

    assert facts.labels == ("red", "leaf", "sky")
    assert facts.labels_source == "mine.txt"


@pytest.mark.parametrize("text", ["a\nb\n", "a\nb\nc\nd\n", "1 a\n2 b\n3 c\n"])
def test_a_count_that_does_not_match_is_refused(
    detector: LoadDetector, tmp_path: Path, text: str
) -> None:
    """The message has both counts and the key."""
    mine = tmp_path / "mine.txt"
    mine.write_text(text, "utf-8")

    with pytest.raises(
        ModelError, match=r"3 outputs, but there are \d labels.*detector"
    ):
        detector(models.classifier(), labels=mine)


def test_no_labels_at_all_are_refused(detector: LoadDetector) -> None:
    """The message names the key."""
    with pytest.raises(ModelError, match=r"analysis\.detector\.labels"):
        detector(models.classifier(labels=""))


@pytest.mark.parametrize(
    ("content", "problem"), [(None, "cannot be read"), ("", "empty")]
)
def test_a_labels_file_that_is_no_use_is_refused(
    detector: LoadDetector, tmp_path: Path, content: str, problem: str
) -> None:
    """Missing, or without a line."""
    mine = tmp_path / "mine.txt"
    if content is not None:
        mine.write_text(content, "utf-8")

    with pytest.raises(ModelError, match=problem):
        detector(models.classifier(), labels=mine)


def test_a_target_that_is_no_label_is_refused(detector: LoadDetector) -> None:
    """With the nearest label."""
    with pytest.raises(ModelError, match="did you mean green"):
        detector(models.classifier(), targets=("grean",))
