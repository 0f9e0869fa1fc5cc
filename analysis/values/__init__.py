"""Frozen values that the wings hand to each other; they know no wing."""
