"""What the daemon believes of the time, and why.

In: the machine's clock, what state and drive prove, and a person's word. Out: moments
that never run backwards before what is known to have passed.
"""
