"""Bytes to pictures: what footage is, its decoder, and its frames made small.

In: a file that is the service's own. Out: frames in order, BGR, each decoded once. The
first bytes decide what a file is, and the decoder is held to that.
"""
