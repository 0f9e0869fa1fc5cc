"""Other thresholds: what they would count, from the scores that the record keeps."""
