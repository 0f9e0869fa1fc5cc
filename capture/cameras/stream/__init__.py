"""The simulated camera's stream: frames encoded as a Pi does, or a file replayed."""
