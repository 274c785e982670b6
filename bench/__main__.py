"""Prints all figures, each beside its comparison in the same run."""

from __future__ import annotations

from bench import command, core

if __name__ == "__main__":
    core.main()
    command.main()
