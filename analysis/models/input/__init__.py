"""A frame becomes a model's input: which part, how small, and as which numbers."""
