"""Frames: the bytes of a clip become pictures.

In: a file that is the service's own. Out: frames in order, BGR, each decoded once. A
file's first bytes decide what it is, and the decoder may read it as nothing else.
"""
