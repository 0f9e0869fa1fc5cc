"""From a frame to a model's input: which part, how small, and as which numbers."""
