"""What a look at a clip leaves: moments, and the pictures of all that was seen."""
