"""What a .tflite file says about its model, read without any engine."""
