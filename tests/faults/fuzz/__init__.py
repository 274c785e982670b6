"""Fuzzing: any bytes at all against what must hold for all of them. `python -m tests.faults.fuzz` runs it."""
