"""The one command that judges a change: lint, format, types, layers, tests.

Owns the order of these steps and the exit code. How each tool judges is said in pyproject.toml, never here.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# import-linter is no module that `python -m` could run.
IMPORT_LINTER = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"


def steps(fix: bool, tests: bool) -> list[tuple[str, list[str]]]:
    """The steps in the order in which they run: a name, and what Python is to run.

    Args:
        fix: let ruff repair what it can.
        tests: run the tests too.
    """
    lint = ["-m", "ruff", "check", "--quiet"]
    layout = ["-m", "ruff", "format"]
    found = [
        ("lint", [*lint, "--fix"] if fix else lint),
        ("format", layout if fix else [*layout, "--check", "--output-format", "concise"]),
        ("types", ["-m", "mypy"]),
        *((f"types on {system}", _types(system)) for system in ("darwin", "win32")),
        ("layers", ["-c", IMPORT_LINTER, "--no-logo", "--no-cache"]),
    ]
    if tests:
        found.append(("tests", ["-m", "pytest", "-n", "4", "-q"]))
    return found


def _types(system: str) -> list[str]:
    """Where other branches are in force; with a cache of its own, or each system would empty the others'."""
    return ["-m", "mypy", "--platform", system, "--cache-dir", f".mypy_cache/{system}", "report_tui"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every step, also after one that failed.

    Args:
        arguments: as on the command line; None takes those of this process.

    Returns:
        0 if all steps passed, else 1.
    """
    parser = argparse.ArgumentParser(description="Run all checks of this project; the exit code is 0 if all pass.")
    parser.add_argument("--fix", action="store_true", help="let ruff repair and format what it can")
    parser.add_argument("--no-tests", action="store_true", help="leave the tests out")
    options = parser.parse_args(arguments)
    failed = []
    for name, command in steps(options.fix, not options.no_tests):
        print(f"== {name}", flush=True)
        start = time.monotonic()
        if subprocess.run([sys.executable, *command], cwd=ROOT, check=False).returncode != 0:
            failed.append(name)
            print(f"== {name} FAILED", flush=True)
        print(f"== {name}: {time.monotonic() - start:.1f} s", flush=True)
    print(f"FAILED: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
