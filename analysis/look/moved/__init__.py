"""What moved: where a frame differs most from the same water without passers-by."""
