"""What ``check`` looks at, one file a subject; each says pass, fail or unknown."""
