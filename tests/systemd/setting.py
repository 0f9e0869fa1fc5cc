"""The config of the guests: a simulated camera, and the demo's model."""

from __future__ import annotations

MODEL = "fish_boxes_float32.tflite"

# One clip an hour: hardly a test meets the end of one.
CONFIG = f"""
[deployment]
id = "creek-2026"
camera = "cam1"
timezone = "UTC"

[capture]
backend = "simulated"
framerate = 5
min_free_mb = 10

[capture.schedule]
windows = ["00:00-24:00"]
every_minutes = 60
record_minutes = 60

[analysis]
settle_seconds = 1
workers = 1
min_free_mb = 10

[analysis.detector]
model = "models/{MODEL}"
fit = "stretch"
normalise = "0..1"
"""

_HURRY = """
[capture.simulated]
pace = "fast"
fish_per_hour = 1200
"""


def in_a_hurry(config: str) -> str:
    """Minutes of footage in seconds, full of fish: the clock is simulated too."""
    shorter = config.replace("minutes = 60", "minutes = 1")
    slower = shorter.replace("framerate = 5", "framerate = 1")
    return slower + _HURRY


def here(config: str) -> str:
    """Film to the config's own folder."""
    keys = 'directory = "."\nrequire_mount = false'
    return config.replace("[capture]", f"[capture]\n{keys}")
