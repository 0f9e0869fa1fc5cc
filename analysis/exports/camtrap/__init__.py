"""Camtrap DP 1.0.2: a data package that GBIF and the R packages for camera traps read.

In: the final numbers, and what the config says of the study. Out: ``datapackage.json``
with the three tables of the standard, and two of Weir's own, effort and clip health.
"""
