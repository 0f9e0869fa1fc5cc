"""Measuring: how fast, and how right."""
