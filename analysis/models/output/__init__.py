"""From a model's outputs to scores and boxes, one file for each kind of output."""
