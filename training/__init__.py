"""Training makes the demo's models from simulated rivers only.

Run ``python -m training`` in an environment of its own. requirements.txt in this folder
lists what it needs, and demo/models/README.md describes the models. The rivers have
seeds from a million on, which no test, demo or benchmark uses.
"""
