"""The final numbers: what the machine found, with the word of people before it.

In: the results of a run, and the labels. Out: one row for each encounter, also for the
fish that only people saw, and the sums of these. Every table, export and page reads its
numbers here, and so they agree.
"""
