"""Defines the events about models that the host's daemon logs."""

from __future__ import annotations

import logging

from weir.journal import Event

DECIDED = Event(
    "model_decided",
    logging.INFO,
    "model {model}: {decided}",
    "What was decided about a model that the config leaves open. Check that it is so.",
)
MODEL_DOUBTED = Event(
    "model_doubted",
    logging.WARNING,
    "model in doubt by the clips up to clip={clip}: {reason}",
    "On the first clips of a run the model is also shown its pictures in other usual"
    " ways, and these clips together speak for another one. With the wrong one it finds"
    " nothing in a whole season. See how it was trained, and set normalise and colour;"
    " weir-analysis check --footage CLIP shows the scores of each way. Nothing was"
    " changed.",
)
REUSE_DECIDED = Event(
    "reuse_decided",
    logging.INFO,
    "reuse_below auto: the model costs {model_ms} ms a frame and decoding {decode_ms},"
    " so {decided}",
    "Measured on the first clip of a run, and kept for the run. To decide otherwise,"
    " set reuse_below to a number: that is another run.",
)
VERIFIED = Event(
    "clip_verified",
    logging.INFO,
    "clip verified clip={clip} asked={asked} of={items} frames={frames}"
    " seconds={seconds}",
    "The verifier looked at so many frames of a clip: of so many of its encounters and"
    " moments. The others are beyond verifier_frames_per_hour, and stay as they were.",
)
UNVERIFIED = Event(
    "clip_unverified",
    logging.WARNING,
    "clip not verified clip={clip} items={items} reason={reason}",
    "The verifier gave no answer in two tries. The clip counts as it was found without"
    " it. If this comes often, try the verifier with weir-analysis check --image.",
)
