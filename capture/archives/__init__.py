"""Footage that leaves the drive: archives, and what a receipt lets be deleted.

In: finished clips, receipts. Out: archives whose bytes were compared; a clip is deleted
only where a trusted receipt names its bytes as kept.
"""
