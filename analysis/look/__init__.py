"""What a worker sees in a clip: water, encounters, snapshots.

In: frames and models. Out: one frozen result for each clip. Nothing here knows where a
clip came from, or where its result goes.
"""
