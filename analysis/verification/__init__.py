"""Decides what a verifier is asked about a clip, and what follows from its answers.

In: the findings of a clip, and the answers. Out: the items to look at, and new
findings. Nothing is read or written, and no model is known here.
"""
