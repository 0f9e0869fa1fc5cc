"""The commands of the camera's machine."""
