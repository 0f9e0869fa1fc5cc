"""Looks again at some frames of a clip, with the verifier."""
