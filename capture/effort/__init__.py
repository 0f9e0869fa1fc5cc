"""What became of every planned slot: accounts, the ledger, and lines that wait.

In: what was filmed, what was lost, and why. Out: one line for each slot in the drive's
ledger. It promises that each second of a slot is accounted for exactly once.
"""
