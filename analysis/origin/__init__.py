"""Whose a clip is, and when it was filmed: from names of files and folders, and config.

In comes a clip with its path in what was dropped; out goes its record. A sidecar is
always believed first, and what nothing says stays unknown: no time is invented.
"""
