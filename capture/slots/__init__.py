"""When to film: windows, the sun, and the slots of the plan.

In: the config and a moment. Out: slots, as pure functions over aware datetimes.
"""
