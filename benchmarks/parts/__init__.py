"""Parts: where the time of the pipeline goes, and what a change made of it."""
