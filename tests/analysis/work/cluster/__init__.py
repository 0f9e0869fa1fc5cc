"""Tests of ``analysis.work.cluster``."""
