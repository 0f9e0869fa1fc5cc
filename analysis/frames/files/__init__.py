"""Looks into files of footage: which track is the film, and why there is no frame."""
