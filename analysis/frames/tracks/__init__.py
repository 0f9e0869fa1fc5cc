"""Tracks: what a container says of its pictures, read without decoding one.

In: a container. Out: a ``Track``: how many pictures a player shows, when, how fast, and
what the bytes show of damage.
"""
