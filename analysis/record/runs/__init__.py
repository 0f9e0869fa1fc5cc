"""The runs of the record: which run a config belongs to, and which clips it lacks."""
