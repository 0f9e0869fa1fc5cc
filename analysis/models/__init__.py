"""Models: TFLite files and what it takes to ask them about a frame."""
