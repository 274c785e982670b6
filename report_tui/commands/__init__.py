"""The body of each command: takes what was asked for as values, does it, and returns the exit code."""
