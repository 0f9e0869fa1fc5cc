"""Decides what time it is on a machine whose clock may be wrong.

In: the machine's clock, what the state directory and the drive prove, and a person's
word. Out: the daemon's clock. It promises that the clock never shows a moment before
one that is known to have passed, unless a person says so.
"""
