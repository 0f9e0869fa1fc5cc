"""The door: where the page is asked for, and who is let in.

In: requests of browsers, wherever they come from. Out: those of the page itself, of
people who may; all others are answered here.
"""
