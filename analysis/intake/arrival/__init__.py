"""Judges what lies in the inbox before it is taken: by its bytes, and what is near."""
