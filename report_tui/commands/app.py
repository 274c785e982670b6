"""The app on a report, and the demo: needs a terminal, and is the only command that loads Textual."""

from __future__ import annotations

import sys
from pathlib import Path

from report_tui.commands.shared import UsageError, find, talk


def run(path: Path | None, rules: Path | None) -> int:
    """Open the app on the report that was meant."""
    report = find(path)
    _need_terminal()
    return _open(report, rules, keeps=True)


def demo() -> int:
    """Open the app on a scratch copy of the sample report."""
    _need_terminal()
    import shutil
    import tempfile

    from report_tui.storage.rules import shipped_folder

    folder = Path(tempfile.mkdtemp(prefix="report-tui-demo-")) / "reports"
    shutil.copytree(shipped_folder() / "demo" / "report", folder)
    try:
        # Every demo is another file, to which no draft would ever be offered.
        return _open(folder / "README.md", None, keeps=False)
    finally:
        talk(f"the demo report lies in {folder}")


def _need_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "the app needs a terminal on standard input and standard error; 'report-tui --plain' works without one"
        )


def _open(path: Path, rules: Path | None, *, keeps: bool) -> int:
    from report_tui.tui.app import run

    return run(path, rules, keeps=keeps)
