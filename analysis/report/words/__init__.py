"""What the report says in sentences: how sure its numbers are, and their limits."""
