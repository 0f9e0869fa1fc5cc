"""Benchmarks measure how fast Weir is, and how right its counts are."""
