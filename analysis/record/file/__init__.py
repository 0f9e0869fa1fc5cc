"""The record as a file: opened, guarded against change, read and copied for people."""
