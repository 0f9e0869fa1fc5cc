"""From a camera to a clip under its final name.

In: a slot, an open camera and a drive. Out: a clip with its sidecar, or what was kept
of it. It never writes over footage; a clip is whole under its name or not there.
"""
