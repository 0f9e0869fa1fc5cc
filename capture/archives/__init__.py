"""Footage that leaves the drive: archives, and what a receipt lets be deleted.

In: finished clips, and receipts from the host. Out: archives, the record packed.jsonl,
and room on the drive. It promises that an archive appears whole or not at all, and that
a clip is deleted only if a receipt that is believed names its bytes as kept.
"""
