"""What a worker is asked, and what it answers: one clip's job and its findings."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Optional, Union

import numpy as np
import numpy.typing as npt

from analysis.config import AnalysisConfig
from analysis.values.facts import Choice, Facts
from analysis.values.seen import (
    COUNTED,
    LOOKED,
    Detection,
    Encounter,
    Moment,
    Track,
    most,
)
from analysis.values.verifying import Verification, VerifyJob

Scores = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Kinds = npt.NDArray[np.uint8]
Times = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ClipJob:
    """What a worker is asked to do.

    Attributes:
        path: the file with the clip's bytes; its ending is the clip's.
        framerate: frames per second by the sidecar; None to take the container's, or
            the one that is assumed.
        config: how to look.
        require_motion: whether an encounter in which nothing moves is static. It is
            decided once for the run, because ``config`` may say "auto".
        models: the detector and the classifier that the run recorded; the worker
            refuses others. None to take the files as they are.
        times: (frames,) float64, milliseconds from the first frame, as a file beside
            the clip says; None where none does.
        probes: whether to try other ways from pixels to the model's input, too.
    """

    path: Path
    framerate: Optional[float]
    config: AnalysisConfig
    require_motion: bool
    models: Optional[Facts] = None
    times: Optional[Times] = None
    probes: bool = False


Job = Union[ClipJob, VerifyJob]
"""What a worker can be asked."""


_REUSE_BELOW = 2.0
"""Grey levels: the largest limit of those that ``make bench`` tries that keeps 99.9 %
of a fish model's decisions, and every encounter that it counts."""

_HEAVY = 10.0


@dataclass(frozen=True)
class Costs:
    """What a frame of a clip costs, in milliseconds of a core.

    Attributes:
        model_ms: to run the detector.
        decode_ms: to decode it.
    """

    model_ms: float
    decode_ms: float

    @property
    def reuse_below(self) -> float:
        """What ``auto`` comes to: 0 unless the model costs ten times the decoding."""
        return _REUSE_BELOW if self.model_ms > _HEAVY * self.decode_ms else 0.0


@dataclass(frozen=True)
class Findings:
    """What was seen in a clip.

    Attributes:
        framerate: frames per second, from which times are computed.
        size: width and height in pixels, after rotation.
        scores: (frames,) float32, the highest score of a target in each frame, 0 to 1.
        motion: (frames,) float32, how far something stands out in the part that the
            detector sees: the strength of ``analysis.look.moved.peaks``.
        detail: (frames,) float32, as ``analysis.look.water`` measures it.
        visible: (frames,) bool, whether a fish could have been seen.
        detections: each target with the index of its frame, in order of frames.
        snapshots: a JPEG of each encounter, by its number.
        seconds: how long the work took.
        frames_expected: frames by the container; None where it does not say.
        framerate_from: what says the rate: sidecar, container, times, stream or config;
            empty where nothing does.
        times: (frames,) float64, milliseconds from the start; None for evenly, by the
            rate.
        trusted: (frames,) bool, False for a picture that damage may have spoilt; None
            where all are trusted.
        damage: what was noticed of damage, in words; empty where none was.
        blind_frames: in how many frames a fish could have been seen by a person, but
            the detector called the empty background one; None if unknown.
        stream_rate: the rate that a raw stream states; None where it states none.
        unturned: by how many degrees the footage says that it is turned, where that is
            not done; 0 else.
        unbelieved_rate: the rate that the footage states, and that no camera has; None
            where it states none such.
        made: when the container was made, as it says; empty where it does not.
        moments: what moved and was not called a target, in order.
        moment_pictures: a JPEG of each moment, by its number.
        ways: the scores of some frames in each way from pixels to the model's input,
            the chosen one first; none where nobody asked.
        model_doubt: what this clip and those before it in its run say against the
            chosen way; empty where they say nothing.
        times_unused: why the times that came with the clip are not used; empty where
            they are, or none came.
        pictures: a sum of each coded picture, see ``analysis.values.pictures``.
        lower: each target that is kept though it scored below the threshold, like
            ``detections``; it counts nowhere.
        below: the encounters that such targets alone make.
        tracks: the individuals that were followed; none of a model of whole frames.
        track_of: of each of ``detections`` the number of its track, 0 for none.
        reused: (frames,) uint8, for each frame ``LOOKED``, ``UNCHANGED`` or ``BETWEEN``
            of ``analysis.values.seen``; None where all were looked at.
        costs: what a frame was measured to cost; None where nobody asked.
        kept_above: the score above which they are kept; None where none are.
        verification: what a verifier made of it, which is in all else here but for
            ``detections``; None without one.
    """

    framerate: float
    size: tuple[int, int]
    scores: Scores
    motion: Scores
    detail: Scores
    visible: Flags
    detections: tuple[tuple[int, Detection], ...]
    encounters: tuple[Encounter, ...]
    snapshots: dict[int, bytes]
    seconds: float
    frames_expected: Optional[int] = None
    framerate_from: str = ""
    times: Optional[Times] = None
    trusted: Optional[Flags] = None
    damage: str = ""
    blind_frames: Optional[int] = None
    stream_rate: Optional[float] = None
    unturned: float = 0.0
    unbelieved_rate: Optional[float] = None
    made: str = ""
    moments: tuple[Moment, ...] = ()
    moment_pictures: dict[int, bytes] = field(default_factory=dict)
    times_unused: str = ""
    ways: tuple[Choice, ...] = ()
    model_doubt: str = ""
    pictures: bytes = b""
    lower: tuple[tuple[int, Detection], ...] = ()
    below: tuple[Encounter, ...] = ()
    kept_above: Optional[float] = None
    tracks: tuple[Track, ...] = ()
    track_of: tuple[int, ...] = ()
    reused: Optional[Kinds] = None
    costs: Optional[Costs] = None
    verification: Optional[Verification] = None

    @property
    def kept(self) -> tuple[Encounter, ...]:
        """All encounters, those below the threshold last."""
        return (*self.encounters, *self.below)

    @property
    def counted(self) -> tuple[Encounter, ...]:
        """The encounters that count."""
        return tuple(e for e in self.encounters if e.status == COUNTED)

    @property
    def looked_frames(self) -> int:
        """How many frames the detector looked at."""
        every = len(self.scores)
        return every if self.reused is None else int((self.reused == LOOKED).sum())

    @cached_property
    def fish_frames(self) -> int:
        """How many frames with a target lie in counted encounters."""
        frames = np.unique(self._target_frames())
        # Encounters are in order and apart: each frame has one candidate.
        ends = np.array([-1, *(e.last_frame for e in self.counted)])
        starts = [e.first_frame for e in self.counted]
        return int((frames <= ends[np.searchsorted(starts, frames, "right")]).sum())

    @property
    def max_n(self) -> Optional[int]:
        """The largest number of targets in one frame of a counted encounter.

        None where the model cannot count them.
        """
        return most(encounter.max_n for encounter in self.counted)

    def _target_frames(self) -> list[int]:
        """Return the frames with a target; the verifier's word is above the others'."""
        frames = [frame for frame, _ in self.detections]
        if not self.verification:
            return frames
        known = self.verification
        own = [look.frame for look in known.looks if look.boxes]
        return own + [frame for frame in frames if frame not in known.overruled]
