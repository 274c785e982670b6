"""Prints all figures, each beside its comparison in the same run."""

from __future__ import annotations

import sys

from bench import command, core, hostile

if __name__ == "__main__":
    core.main()
    command.main()
    hostile.main()
    if sys.platform != "win32":  # which has no pseudo-terminals
        from bench import app, editor, figures

        app.main([])
        editor.main()
        figures.main()
