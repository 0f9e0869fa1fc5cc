"""Copies of a clip: how they are recognised, which one counts, and what is told."""
