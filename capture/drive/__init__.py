"""The drive: whether it is there, is ours, can be written, and has room.

In: the config's directory. Out: an open folder on the drive, never one on the disk
below an empty mount point; clip numbers that are never used twice.
"""
