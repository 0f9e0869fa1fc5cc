"""Compares two runs: what one saw and the other did not, in the same clips.

In: the results of two runs. Out: the changes, as text and as a page with pictures.
"""
