"""What joins intake, workers and record: each clip from its claim to its commit.

In: claimed files. Out: rows in the record, receipts, files in their last place. A clip
is looked at in a process of its own, whose death costs that clip only; state changes
only after what it stands for has happened on the disk.
"""
