"""The work that joins intake, workers and record: each clip from claim to commit.

In: claimed files. Out: rows in the record, receipts, and files in their final place. A
clip is looked at in a process whose death costs that clip only. State changes only
after what it stands for has happened on the disk.
"""
