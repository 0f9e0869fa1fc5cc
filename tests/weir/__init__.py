"""What both ends share."""
