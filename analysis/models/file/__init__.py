"""What a .tflite file says of itself, read without any engine."""
