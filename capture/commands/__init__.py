"""The commands, one file each, from arguments to exit code.

A file has its command's name; a function of that name in it takes the arguments. What
only one command needs is imported by that command: the daemon runs for months on a Pi
Zero without the modules that read zips or call programs.
"""
