"""Train the demo models: ``python -m training --output demo/models``."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from training import dataset

CLIPS, FINDER_ROUNDS, SETTLING_ROUNDS, NAMER_ROUNDS = 1800, 10, 8, 6


def main() -> None:
    """Film, train and convert; examples in the data folder are used again."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("demo/models"))
    parser.add_argument("--data", type=Path, help="keep the filmed examples here")
    parser.add_argument("--clips", type=int, default=CLIPS)
    parser.add_argument("--only", choices=("finder", "namer"))
    parser.add_argument("--rounds", type=int, default=FINDER_ROUNDS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        data = arguments.data or Path(temporary)
        if not (data / "sightings.json").exists():
            dataset.create(data, arguments.clips)
        examples = dataset.load(data)
        if arguments.only != "finder":
            _namer(examples, arguments.output)
        if arguments.only != "namer":
            _finder(examples, arguments.output, arguments.rounds)


def _namer(examples: dataset.Dataset, output: Path) -> None:
    from training import convert, learning

    trained = learning.train_namer(examples, NAMER_ROUNDS)
    kinds = convert.labels(*dataset.KINDS)
    convert.write(trained, output, "kind_of_box", kinds, examples.crops)


def _finder(examples: dataset.Dataset, output: Path, rounds: int) -> None:
    from training import convert, learning, network
    from training.scenes import INPUT

    trained = learning.train_finder(examples, rounds, SETTLING_ROUNDS)
    fish = convert.yolo_metadata("fish", size=INPUT)
    both = convert.labels("fish", "no_fish")
    kinds = convert.labels(*dataset.KINDS)
    images = examples.images
    convert.write(network.detector(trained), output, "fish_boxes", fish, images)
    convert.write(network.fish_or_not(trained), output, "fish", both, images)
    convert.write(network.kind_of_frame(trained), output, "kind", kinds, images)


if __name__ == "__main__":
    main()
