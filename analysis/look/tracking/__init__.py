"""Tracking: which box of a frame is the same fish as one of the frames before."""
