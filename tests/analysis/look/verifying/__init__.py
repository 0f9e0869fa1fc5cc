"""Tests of the second look at a clip."""
