"""Training the demo models, from nothing but the simulated river.

Run ``python -m training`` in an environment of its own; see demo/models/README.md for
what comes out and requirements.txt here for what it needs. Scenes are of seeds from a
million on, which no test, no demo and no benchmark uses, and of other parameters.
"""
