"""Frozen values that the wings hand to each other; they import no wing."""
