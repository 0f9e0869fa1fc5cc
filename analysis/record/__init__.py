"""The record: its tables, what is written to them, and what is read from them.

In: the findings of a clip. Out: rows, sums by day, a copy for people to read. Each clip
is committed in one transaction, keyed by the sha256 of its bytes and the run.
"""
