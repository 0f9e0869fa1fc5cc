"""Tests of ``analysis.look.choice``."""
