"""Finds the programs of the system that we call.

Owns one promise: none is run that merely lies in the folder somebody works in. It starts nothing.
"""

from __future__ import annotations

import os
import sys


def found(name: str) -> str | None:
    """Where a program is, or None.

    Only whole paths of the search path count: on the way to others stands what a stranger put into this folder.

    Args:
        name: without an extension.
    """
    file = f"{name}.exe" if sys.platform == "win32" else name
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(folder, file)  # noqa: PTH118 - a Path takes an empty folder for the working directory
        if os.path.isabs(path) and os.path.isfile(path) and os.access(path, os.X_OK):  # noqa: PTH117, PTH113
            return path
    return None
