"""The desk's daemon."""
