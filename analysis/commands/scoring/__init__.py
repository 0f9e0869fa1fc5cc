"""What ``score`` compares: encounters with the truth, or with what people said."""
