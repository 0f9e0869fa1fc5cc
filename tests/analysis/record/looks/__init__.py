"""Tests of what a look leaves."""
