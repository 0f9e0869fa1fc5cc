"""What the commands of ``weir-analysis`` print, one file a command."""
