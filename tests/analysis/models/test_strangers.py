"""What is no model for Weir is named as what it is, with what to do."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Callable, Optional

import numpy as np
import pytest

from analysis import ModelError
from analysis.models.file import strange
from tests import models
from tests.analysis.models.conftest import LoadDetector
from tests.tflite import Network, options

FILES = {
    b"": "an empty file; copy",
    b"\0" * 5000: "nothing but zeros; copy",
    b"PK\x03\x04abc": "a zip; unzip it",
    b"PK\x03\x04 archive/data.pkl": r"a PyTorch model \(\.pt\); export",
    b"version https://git-lfs.github.com/spec/v1\noid": "a pointer of Git LFS",
    b"\n <!DOCTYPE html><html>": "a web page; download",
    b"\x89HDF\r\n\x1a\n....": r"a Keras model \(\.h5\); export",
    b"\x08\x08\x12\x07pytorch 1.2.3": "an ONNX model; export",
    b"\x08\x0a\x3a\xff\x04 and its graph": "an ONNX model; export",
    b"\x80\x04\x95....": r"a PyTorch model \(\.pt\); export",
    b"\x1f\x8b....": "a compressed file; unpack",
    b"m.tflite".ljust(257, b"\0") + b"ustar": r"an archive \(\.tar\); unpack",
    b"PK\x03\x04"
    + b"w" * 5000
    + b"config.json metadata.json": r"Keras model \(\.keras",
    b"/annex/objects/SHA256E-s9--a": "a pointer of git-annex",
    b"\xef\xbb\xbf<!-- a --><html>": "a web page; download",
    b'<?xml version="1.0"?><net name="a">': "an OpenVINO model",
    b"// made\nconst unsigned char a[] = {": "C code for a microcontroller; export",
    b'{"error": "not found"}': 'text ..."error": "not found".*; name a .tflite',
    b"what\0is this": "not a TFLite model .bytes 4 to 8",
}


@pytest.mark.parametrize("content", FILES, ids=lambda content: FILES[content][:12])
def test_a_file_of_another_kind_is_named(
    detector: LoadDetector, content: bytes
) -> None:
    """By its first bytes."""
    with pytest.raises(ModelError, match=FILES[content]):
        detector(content)


def test_a_saved_model_is_a_folder(tmp_path: Path) -> None:
    """Which is to be converted."""
    (tmp_path / "saved_model.pb").touch()

    with pytest.raises(ModelError, match=r"is a SavedModel; convert it to \.tflite"):
        strange.read(tmp_path, "analysis.detector")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.mkdir(), r"is a folder; name the \.tflite file in it$"),
        (os.mkfifo, r"is no file; name a \.tflite"),
        (lambda path: path.symlink_to(path), r"cannot be read \(Too many levels"),
        (lambda path: None, r"cannot be read \(No such file"),
    ],
)
def test_what_is_no_file_is_not_read(
    tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    """A pipe would be waited for, for ever."""
    path = tmp_path / "model.tflite"
    make(path)

    with pytest.raises(ModelError, match=words):
        strange.read(path, "analysis.detector")


@pytest.mark.parametrize("kept", [0.3, 0.97])
def test_a_file_that_was_cut_short_is_named(
    detector: LoadDetector, kept: float
) -> None:
    """In the model, or in the labels behind it."""
    whole = models.classifier(labels="red\ngreen\nblue\n")

    with pytest.raises(ModelError, match=r"cut short .*; copy it again"):
        detector(whole[: int(kept * len(whole))])


def made(
    output: tuple[int, ...],
    name: str = "output",
    given: tuple[int, ...] = (1, 64, 64, 3),
    operator: str = "NEG",
    custom: Optional[str] = None,
) -> bytes:
    """A model without labels, whose one output has this shape and maker."""
    net = Network()
    picture = net.tensor("input", given)
    result = net.tensor(name, output)
    values = net.constant(np.zeros(output, np.float32))
    if custom:
        net.operator(custom, [values], [result], b"")
    elif operator == "MEAN":
        tall = net.constant(np.zeros((1, 2, 2, output[-1]), np.float32))
        axes = net.constant(np.array([1, 2], np.int32))
        net.operator("MEAN", [tall, axes], [result], options("Reducer", keepDims=False))
    else:
        net.operator(operator, [values], [result])
    return net.pack([picture], [result])


PURPOSES = {
    "edge tpu": (made((1, 3), custom="edgetpu-custom-op"), "without _edgetpu"),
    "flex": (made((1, 3), custom="FlexErf"), "FlexErf: Flex operators.; convert"),
    "movenet": (made((1, 1, 17, 3)), "is a pose model"),
    "landmarks": (made((1, 99), "ld_3d/landmarks"), "is a pose model"),
    "embedding": (made((1, 512), operator="L2_NORMALIZATION"), "is an embedding"),
    "headless": (made((1, 1280), operator="MEAN"), "is an embedding"),
    "segmentation": (made((1, 64, 64, 21)), "is a segmentation without boxes"),
    "sound": (made((1, 521), given=(1, 15600)), "is a model of sound"),
    "raw heads": (made((1, 16, 16, 255)), "the raw heads of a detector .*; take one"),
}


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_model_for_something_else_is_named(
    detector: LoadDetector, purpose: str, tmp_path: Path
) -> None:
    """Before labels or pixels are asked for."""
    model, words = PURPOSES[purpose]
    keys: dict[str, Any] = {}
    if purpose == "raw heads":
        keys["labels"] = tmp_path / "mine.txt"
        keys["labels"].write_text("fish\n", "utf-8")

    with pytest.raises(ModelError, match=words) as caught:
        detector(model, **{"normalise": "auto", "targets": (), **keys})

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan")])
def test_a_broken_quantisation_is_one_sentence(
    detector: LoadDetector, scale: float
) -> None:
    """Some engines crash on it: no engine sees it."""
    net = Network()
    picture = net.tensor("picture", (1, 8, 8, 3), "int8", (scale, 0))
    result = net.tensor("result", (1, 8, 8, 3))
    net.operator("DEQUANTIZE", [picture], [result], options("Dequantize"), 2)

    with pytest.raises(ModelError, match=r"quantisation is broken .the scale of pic"):
        detector(net.pack([picture], [result]))


def test_a_kind_is_offered_only_where_it_fits(detector: LoadDetector) -> None:
    """A classifier is no ssd, and no other kind than its own is named."""
    with pytest.raises(ModelError, match=r'kind to "classifier"$'):
        detector(models.classifier(), kind="ssd")
