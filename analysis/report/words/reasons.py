"""Why an encounter counts or does not, in words."""

from __future__ import annotations

from analysis.values.seen import COUNTED, DOUBTFUL, STATIC, Encounter

_REASONS = {
    (STATIC, "uniqueness"): "nothing moved there that does not move everywhere",
    (DOUBTFUL, "uniqueness"): (
        "the model needs what changed, but nothing stands out as having moved"
    ),
    (DOUBTFUL, "background_score"): (
        "something moved, and the model says much the same of the water without it"
    ),
    (DOUBTFUL, "zoom_gain"): (
        "close up, the model sees hardly more of a fish in it than in the water"
    ),
    (DOUBTFUL, "elongation"): "what moved is not long and level, as a fish is",
    (DOUBTFUL, "verifier"): "the verifier, asked about it, sees nothing there",
    (DOUBTFUL, "whole_clip"): (
        "it stands out only against the whole clip, as a fish that holds its place does"
    ),
}


def reason_of(encounter: Encounter) -> str:
    """Say why it has its status; an empty text where it counts."""
    if encounter.status == COUNTED:
        return ""
    why = _REASONS.get((encounter.status, encounter.decided_by), encounter.decided_by)
    return f"{encounter.status}: {why}" if why else encounter.status
