"""Conversion: trained networks become TFLite files, float32 and int8, with labels."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import numpy as np
import tensorflow as tf

_SAMPLES = 300
_STAMP = (2026, 1, 1, 0, 0, 0)  # a fixed date, so that each run writes the same bytes

Samples = Callable[[], Iterator[list[Any]]]


def write(
    network: Any, folder: Path, name: str, files: dict[str, str], of: Any
) -> None:
    """Write ``name_float32.tflite`` and ``name_int8.tflite``.

    Args:
        network: takes pixels of 0 to 1.
        folder: where to write.
        name: the model's name.
        files: the files to append: labels or metadata.
        of: images or crops, uint8, from which the steps of int8 are worked out.
    """

    def samples() -> Iterator[list[Any]]:
        for index in np.linspace(0, len(of) - 1, _SAMPLES).astype(int):
            yield [of[index][None].astype(np.float32) / 255]

    folder.mkdir(parents=True, exist_ok=True)
    plain = _converter(network).convert()
    _save(folder / f"{name}_float32.tflite", plain, files)
    _save(folder / f"{name}_int8.tflite", _quantised(network, samples), files)


def labels(*names: str) -> dict[str, str]:
    """Make a list of labels, as a file to append."""
    return {"labels.txt": "".join(f"{name}\n" for name in names)}


def yolo_metadata(*names: str, size: tuple[int, int]) -> dict[str, str]:
    """Make metadata like that of Ultralytics' exporter: names, task and input size."""
    said = {
        "description": "Weir's demo model: knows simulated fish only",
        "task": "detect",
        "imgsz": [size[1], size[0]],
        "names": dict(enumerate(names)),
    }
    return {"metadata.json": json.dumps(said)}


def _converter(network: Any) -> Any:
    # With a fixed batch of one, no shape has to be worked out at run time.
    shape = [1, *network.input.shape[1:]]
    function = tf.function(network).get_concrete_function(
        tf.TensorSpec(shape, tf.float32, name="image")
    )
    return tf.lite.TFLiteConverter.from_concrete_functions([function], network)


def _quantised(network: Any, samples: Samples) -> bytes:
    converter = _converter(network)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = samples
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    converted: bytes = converter.convert()
    return converted


def _save(path: Path, model: bytes, files: dict[str, str]) -> None:
    whole = io.BytesIO(model)
    with zipfile.ZipFile(whole, "a", zipfile.ZIP_STORED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), text)
    path.write_bytes(whole.getvalue())
    print(f"{path.name}: {path.stat().st_size} bytes")
