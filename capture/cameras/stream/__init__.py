"""Makes the simulated camera's stream: encoded frames, or a file that is replayed."""
