"""What the commands do, one file each, from arguments to exit code.

A file bears its command's name, and in it a function of that name takes the arguments.
A command imports only what it needs, so that ``status`` starts at once, without numpy.
"""
