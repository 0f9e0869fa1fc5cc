"""Which frames the detector looks at, and what is said of those that it does not."""
