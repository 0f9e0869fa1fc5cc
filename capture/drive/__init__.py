"""The drive: whether it is there, is ours, can be written, and has room.

In: the directory in the config. Out: an open folder on the drive, and clip numbers. It
promises that the folder never lies on the system's disk below an empty mount point, and
that no number is used twice.
"""
