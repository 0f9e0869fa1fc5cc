"""Reads what is in a delivery, which is a zip, a bare video or a document."""
