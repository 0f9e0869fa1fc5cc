"""All that knows a table of the record: schema, rows, store, and what is read from it.

In: what was seen of a clip. Out: rows, sums by day, a copy for people to read. Each
clip is committed in one transaction, keyed by the sha256 of its bytes and the run.
"""
