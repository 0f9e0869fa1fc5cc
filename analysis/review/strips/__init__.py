"""Strips: the frames of a moment as pictures, made by a process of its own.

In: where the footage lies, and which frames. Out: a file of JPEGs in a bounded cache,
or words that say why there is none.
"""
