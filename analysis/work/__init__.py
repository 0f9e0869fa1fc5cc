"""Brings each clip from the intake through a worker into the record.

The input is claimed files. The output is rows in the record, receipts, and files in
their final place. A worker process analyses one clip at a time, so a crash there costs
that clip only. The state in memory changes only after the change was made on the disk.
"""
