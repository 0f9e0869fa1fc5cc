"""Labels from text files, from the model's own zip, from Ultralytics' metadata."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis import ModelError
from analysis.models.file import labels, metadata
from analysis.models.file.labeltext import parse
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
    assert parse(text) == expected


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

    assert labels.of_model(path, None, said, "analysis.detector").names == (
        "a",
        "b",
    )


AB = ("fish", "no_fish")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 fish\n1 fish\n2 fish\n", ("0 fish", "1 fish", "2 fish")),
        ("0 none\n1 fish\n2 fish\n", ("0 none", "1 fish", "2 fish")),
        ("1 no_fish\n0 fish\n", AB),
        ("2 no_fish\n1 fish\n", ("???", *AB)),
        ("1 fish\n2 no_fish\n", ("???", *AB)),
        ("0: fish\n1: no_fish\n", AB),
        ("0, fish\n1, no_fish\n", AB),
        ("0 - fish\n1 - no_fish\n", AB),
        ("0\tfish\n1\tno_fish\n", AB),
        ("0. fish\n1) no_fish\n", AB),
        ("label\nfish\nno_fish\n", AB),
        ("names:\n  0: fish\n  1: no_fish\n", AB),
        ("names:\n- fish\n- no_fish\n", AB),
        ("id,name\n0,fish\n1,no_fish\n", AB),
        ("name;index\nno_fish;1\nfish;0\n", AB),
        ("class,name\n0,fish\n1,no_fish\n", AB),
        ('index,label,weight\n0,"fish",3\n1,"no_fish",4\n', AB),
        ("species\nfish\nno_fish\n", AB),
        ("id,scientific_name\n0,fish\n1,no_fish\n", AB),
        ("Class Name,ID\nno_fish,1\nfish,0\n", AB),
        ('"fish",\n"no_fish"\n', AB),
        ("- fish\n- no_fish\n", AB),
        ("nc: 2\nnames: [fish, no_fish]\n", AB),
        ("names: ['fish', 'no, fish']\nnc: 2\n", ("fish", "no, fish")),
        ("train: a/b\nnames:\n  1: no_fish\n  0: fish\nnc: 2\n", AB),
        ('["fish", "no_fish"]', AB),
        ('{"fish": "0", "no_fish": "1"}', AB),
        ('{"0": "fish", "1": "no_fish"}', AB),
        ("{0: 'fish', 1: 'no_fish'}", AB),
        ('{"no_fish": 1, "fish": 0}', AB),
        ('{"names": {"1": "no_fish", "0": "fish"}}', AB),
        ('{"id2label": {"0": "fish", "1": "no_fish"}}', AB),
        (
            '{"categories": [{"id": 1, "name": "no_fish"}, {"id": 0, "name": "fish"}]}',
            AB,
        ),
        ("item {\n  id: 0\n  name: \"fish\"\n}\nitem { name: 'no_fish' id: 1 }", AB),
        (
            'item { id: 1 display_name: "fish" } item { id: 2 name: "no_fish" }',
            ("???", *AB),
        ),
    ],
)
def test_lists_have_many_forms(text: str, expected: tuple[str, ...]) -> None:
    """Numbered, as JSON, as CSV, as a label map; numbers may be the names' own."""
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("7 fish\n2 seal\n", "do not rise"),
        ('{"fish": 0, "seal": 0}', "no numbers"),
        ('item { id: 1 name: "a" } item { id: 1 name: "b" }', "the same number"),
    ],
)
def test_a_list_that_leaves_two_readings_is_refused(
    detector: LoadDetector, tmp_path: Path, text: str, problem: str
) -> None:
    """With its file and key."""
    mine = tmp_path / "mine.txt"
    mine.write_text(text, "utf-8")

    with pytest.raises(ModelError, match=rf"detector\.labels: .*mine\.txt .*{problem}"):
        detector(models.classifier(), labels=mine)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"]
)
def test_lists_are_read_in_the_encodings_of_editors(
    detector: LoadDetector, tmp_path: Path, encoding: str
) -> None:
    """With or without a byte order mark."""
    mine = tmp_path / "mine.txt"
    mine.write_bytes("red\nBléni\nÄsche\n".encode(encoding))

    facts = detector(models.classifier(), labels=mine).facts

    assert facts.labels == ("red", "Bléni", "Äsche")


@pytest.mark.parametrize("kind", ["classifier", "yolo", "ssd"])
def test_a_list_numbered_from_one_fits(
    detector: LoadDetector, tmp_path: Path, kind: str
) -> None:
    """Its class 0, which has no name, is left out where it is one too many."""
    mine = tmp_path / "mine.txt"
    mine.write_text("1 red\n2 leaf\n3 sky\n", "utf-8")
    model = getattr(models, kind)(**({"named": False} if kind == "yolo" else {}))

    loaded = detector(model, labels=mine, kind="yolov8" if kind == "yolo" else "auto")

    assert loaded.labels == ("red", "leaf", "sky")


@pytest.mark.parametrize("kind", ["classifier", "yolo"])
def test_a_file_that_contradicts_the_models_own_order_is_refused(
    detector: LoadDetector, tmp_path: Path, kind: str
) -> None:
    """The same names at other classes."""
    mine = tmp_path / "mine.txt"
    mine.write_text("green\nred\nblue\n", "utf-8")

    with pytest.raises(ModelError, match=r'class 0 "green", which .* calls "red"'):
        detector(getattr(models, kind)(), labels=mine)


@pytest.mark.parametrize("name", ["README.txt", "LICENSE.txt", "label_readme.txt"])
def test_a_readme_is_no_list_of_labels(detector: LoadDetector, name: str) -> None:
    """Though it lies in the model's zip."""
    model = with_files(models.classifier(labels=""), {name: "one\ntwo\nthree\n"})

    with pytest.raises(ModelError, match=r"no labels of its own.*detector\.labels"):
        detector(model)


def test_of_several_lists_one_is_asked_for(detector: LoadDetector) -> None:
    """As where a model brings its labels in two languages."""
    files = {"labels_en.txt": "red\nb\nc\n", "labels_fr.txt": "rouge\nb\nc\n"}

    with pytest.raises(ModelError, match="several lists"):
        detector(with_files(models.classifier(labels=""), files))


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


@pytest.mark.parametrize("text", ["a\nb\n", "a\nb\nc\nd\n", "2 a\n3 b\n4 c\n"])
def test_a_count_that_does_not_match_is_refused(
    detector: LoadDetector, tmp_path: Path, text: str
) -> None:
    """The message has both counts and the key."""
    mine = tmp_path / "mine.txt"
    mine.write_text(text, "utf-8")

    with pytest.raises(ModelError, match=r"3 outputs, but labels for \d .*detector"):
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
