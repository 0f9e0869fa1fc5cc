"""The installed product in a real systemd; needs root, and is skipped without."""
