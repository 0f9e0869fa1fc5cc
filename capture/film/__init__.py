"""From a camera to a clip under its final name.

In: a slot, an open camera and a drive. Out: a clip with its sidecar, and how it ended.
It promises that footage is never overwritten, and that a clip with its final name is
whole: bytes, companions and sidecar are on the drive.
"""
