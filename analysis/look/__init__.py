"""What a worker sees in a clip: water, encounters, snapshots.

In: frames and models. Out: the frozen findings of each clip. Nothing here knows where a
clip came from, or where its findings go.
"""
