"""A model's outputs become scores and boxes: one file for each kind of output."""
