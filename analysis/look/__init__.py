"""Look: a worker measures the water of a clip, and finds encounters in it.

In: frames and models. Out: the frozen findings of each clip. Nothing here knows where a
clip came from, or where its findings go.
"""
