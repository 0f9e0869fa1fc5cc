"""Looks again at footage in done/ with the present config, as a new run.

In: the clips of the record that the run has not looked at. Out: their findings in the
record, beside those of other runs. It is a process of its own beside the daemon, and
shares its workers' code, its limits and its record, but no file in working/. It writes
no receipt and changes nothing in done/.
"""
