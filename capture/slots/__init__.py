"""When to film: windows, the sun, and the slots of the plan.

In: the config and a moment. Out: slots with aware datetimes, and the daemon's clock. It
promises that a day on which clocks change has no slot twice and loses none.
"""
