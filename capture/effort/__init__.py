"""What became of every planned slot: accounts, the ledger, and lines that wait.

In: what was filmed and what was lost, and why. Out: one line a slot in the drive's
ledger. No second of a slot is told of twice, and none is left out.
"""
