"""Opens an address in the browser that the student uses.

Owns that nothing of it reaches the terminal, where an app may be drawing: no message of the browser's, and no browser
that would itself run there.
"""

from __future__ import annotations

import os
import subprocess
import sys

_PATIENCE = 20
"""Seconds; what opens a window comes back at once or, seldom, stays as long as the browser does."""
# Isolated, so that no file of the folder somebody works in is taken for the library.
_OPEN = [sys.executable, "-I", "-c", "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1]))"]


def open_window(address: str) -> bool:
    """Open an address; returns whether a browser was there.

    Args:
        address: of a page of ours.
    """
    # Without a terminal's name no browser is chosen that needs one.
    environment = {name: value for name, value in os.environ.items() if name != "TERM"}
    try:
        done = subprocess.run(
            [*_OPEN, address],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    except OSError:
        return False
    return done.returncode == 0
