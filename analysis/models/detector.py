"""The detector: the model that runs on every frame, and gives scores or boxes."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Callable, Optional

import numpy as np

from analysis import ModelError
from analysis.config import DetectorConfig
from analysis.frames.frames import Frame
from analysis.models.input.geometry import Placement
from analysis.models.input.prepare import Prepared
from analysis.models.model import Model, Outputs
from analysis.models.output import kind
from analysis.models.output.fomo import FomoHead
from analysis.models.output.listed import ListedHead
from analysis.models.output.pair import PairHead
from analysis.models.output.rows import BoxHead
from analysis.models.output.scores import Scores
from analysis.models.output.ssd import SsdHead
from analysis.models.output.yolo import YoloHead
from analysis.values.facts import BOXES, CLASSIFIER, FOMO, LIST, SSD, YOLO
from analysis.values.seen import Box, Detection, Rect, Size

_HEADS: dict[str, Callable[[Model, DetectorConfig], BoxHead]] = {
    SSD: SsdHead,
    YOLO: YoloHead,
    FOMO: FomoHead,
    BOXES: PairHead,
    LIST: ListedHead,
}
_FITS = {CLASSIFIER: "crop", SSD: "stretch"}
"""How trainers make frames fit; the other kinds are letterboxed."""
_FAINT = 0.01
"""A score that says as little as none."""


@dataclass(frozen=True)
class Seen:
    """What the detector sees in a frame.

    Attributes:
        score: the highest score of any target, 0 to 1, above the threshold or not.
        detections: the targets above the threshold, highest score first. A box
            detector gives one for each box, a whole-frame model only the best label.
        lower: the targets between ``keep_above`` and the threshold, alike.
    """

    score: float
    detections: tuple[Detection, ...]
    lower: tuple[Detection, ...] = ()


class Detector:
    """Looks for targets in frames.

    Attributes:
        whole_frame: whether it scores whole frames, and gives no boxes.
        labels: those of all its classes.
        targets: the labels that count.
        facts: what the record says of it.

    Args:
        config: the table ``[analysis.detector]``, or ``[analysis.verifier]``.
        engine: the config's ``engine``.
        key: the name of the table.

    Raises:
        ModelError: it cannot be used; the text says why and what to do.
    """

    def __init__(
        self, config: DetectorConfig, engine: str, key: str = "analysis.detector"
    ) -> None:
        self._model = Model(config, engine, key)
        decided = kind.decide(self._model, config.kind)
        self.whole_frame = decided.name == CLASSIFIER
        self._model.settle(_FITS.get(decided.name, "letterbox"))
        self.labels = self._model.labels
        self._scores: Scores
        self._head: BoxHead
        if self.whole_frame:
            self._scores = Scores(self._model)
            self.labels, why = self._scores.labels, self._scores.why
        else:
            self._head = _HEADS[decided.name](self._model, config)
            self.labels, why = self._head.labels, self._head.why
        self._wanted = _classes(config.targets, self.labels, self._model)
        self.targets = tuple(self.labels[each] for each in self._wanted)
        self._threshold = config.threshold
        self._kept_above = config.floor
        self.facts = dataclasses.replace(
            self._model.facts(decided.name, f"{decided.why}; {why}"),
            labels=self.labels,
            targets=self.targets,
            threshold=config.threshold,
            reading="" if self.whole_frame else self._head.reading,
        )

    def field(self, size: Size) -> Rect:
        """Return the part of a frame of this size that the model sees."""
        return self._model.field(size)

    def detect(self, frame: Frame) -> Seen:
        """Look for targets in a frame.

        Raises:
            ModelError: the engine failed.
        """
        return self._see(self._model.prepare(frame))

    def prepare(self, frame: Frame) -> Prepared:
        """Return a frame as the model's input; a frame is prepared only once."""
        return self._model.prepare(frame)

    def prepare_exactly(self, frame: Frame) -> Prepared:
        """Return a frame as an input that can be compared with another one's."""
        return self._model.prepare_exactly(frame)

    def score(self, prepared: Prepared, box: Optional[Box] = None) -> float:
        """Return the highest score of any target in an input.

        Args:
            prepared: a frame, or a part of one, or a background.
            box: only boxes whose middle lies in this one count; None for all.

        Raises:
            ModelError: the engine failed.
        """
        if box is None or self.whole_frame:
            return self._see(prepared).score
        rows = self._head.rows(self._model.run(prepared), self._wanted, _FAINT)
        boxes = [prepared.placement.to_frame(*map(float, each)) for each in rows.boxes]
        inside = (s for s, b in zip(rows.scores, boxes) if box.contains_middle(b))
        return float(max(inside, default=0.0))

    def watch(
        self, frames: Iterable[Frame], ahead: int = 1, first: int = 0
    ) -> Iterator[tuple[Frame, Seen]]:
        """Look at the frames of a clip, ``ahead`` of them at a time.

        Decoder and model push each other's data out of the processor's cache. They are
        faster if each works on many frames in a row than if they take turns.

        Args:
            frames: those of a clip, in order.
            ahead: how many frames stay valid at a time: ``FrameReader.ahead``.
            first: so many frames, or ``ahead`` if that is less, come first; 0 for
                ``ahead`` of them.

        Yields:
            Each frame, with what is seen in it.

        Raises:
            ModelError: the engine failed.
        """
        waiting: list[tuple[Frame, Prepared]] = []
        together = min(first or ahead, ahead)
        for frame in frames:
            waiting.append((frame, self._model.prepare(frame)))
            if len(waiting) >= together:
                yield from self._all(waiting)
                waiting.clear()
                together = ahead
        yield from self._all(waiting)

    def _all(self, waiting: list[tuple[Frame, Prepared]]) -> list[tuple[Frame, Seen]]:
        return [(frame, self._see(prepared)) for frame, prepared in waiting]

    def _see(self, prepared: Prepared) -> Seen:
        outputs = self._model.run(prepared)
        if self.whole_frame:
            return self._whole(outputs)
        return self._boxes(outputs, prepared.placement)

    def _whole(self, outputs: Outputs) -> Seen:
        scores = self._scores.read(outputs)
        best = 0
        if len(self.targets) > 1:
            best = int(scores[self._wanted].argmax())
        score = float(scores[self._wanted[best]])
        if score <= self._kept_above:
            return Seen(score, ())
        found = (Detection(self.targets[best], score),)
        return self._seen(score, found, int(score > self._threshold))

    def _boxes(self, outputs: Outputs, placement: Placement) -> Seen:
        rows = self._head.rows(outputs, self._wanted, self._kept_above)
        found = tuple(
            Detection(
                self.labels[int(number)],
                float(score),
                placement.to_frame(*(float(edge) for edge in box)),
            )
            for box, score, number in zip(rows.boxes, rows.scores, rows.classes)
        )
        above = np.count_nonzero(rows.scores > self._threshold)
        return self._seen(rows.best, found, int(above))

    @staticmethod
    def _seen(score: float, found: tuple[Detection, ...], above: int) -> Seen:
        """Part what was found, best first, behind those above the threshold."""
        return Seen(score, found[:above], found[above:])


def _classes(
    targets: tuple[str, ...], labels: tuple[str, ...], model: Model
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Find the numbers of the targets' classes.

    Raises:
        ModelError: a target is no label of the model.
    """
    for target in targets:
        if target not in labels:
            close = difflib.get_close_matches(target, labels, n=1)
            hint = f"did you mean {close[0]}?" if close else _listed(labels)
            raise ModelError(
                f'{model.key}.targets: "{target}" is no label of {model.name}; {hint}'
            )
    return np.asarray(
        [
            number
            for number, label in enumerate(labels)
            if label in targets or not targets
        ],
        np.int64,
    )


def _listed(labels: tuple[str, ...]) -> str:
    shown = ", ".join(labels[:10])
    return f"its labels are {shown}" + (", ..." if len(labels) > 10 else "")
