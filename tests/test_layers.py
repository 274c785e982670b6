"""Which libraries really get loaded by each module that is no part of the app, seen from a fresh interpreter.

import-linter reads our imports; this also sees what our dependencies pull in.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = PROJECT / "report_tui"

APP_ONLY = {"textual", "rich"}
HEAVY = APP_ONLY | {"markdown_it", "yaml", "PIL", "watchfiles"}


def dotted(path: Path) -> str:
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


# Importing __main__ may run the program.
MODULES = sorted(dotted(path) for path in PACKAGE.rglob("*.py") if path.name != "__main__.py")
HEADLESS = [name for name in MODULES if not f"{name}.".startswith("report_tui.tui.")]


def loaded(module: str, among: set[str]) -> set[str]:
    """Which of these libraries stand in `sys.modules` after importing `module` and nothing else."""
    probe = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", probe], cwd=PROJECT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return among & set(done.stdout.split())


def test_modules_are_found() -> None:
    assert {"report_tui", "report_tui.core", "report_tui.core.report"} <= set(HEADLESS)


def test_the_probe_sees_what_is_loaded() -> None:
    assert loaded("yaml", HEAVY) == {"yaml"}


@pytest.mark.parametrize("module", HEADLESS)
def test_a_headless_module_loads_no_heavy_library(module: str) -> None:
    light = module == "report_tui" or f"{module}.".startswith("report_tui.core.")
    assert loaded(module, HEAVY if light else APP_ONLY) == set()


def test_check_loads_no_module_that_makes_data_classes() -> None:
    # They would be a fifth of its time.
    modules = "report_tui.cli, report_tui.commands.check, report_tui.session, report_tui.render.console"
    assert loaded(f"{modules}, report_tui.core.template", {"dataclasses", "inspect"}) == set()


def test_every_folder_with_code_is_a_package() -> None:
    # import-linter and the type checker pass over a folder without __init__.py, and with it over what it imports.
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    assert sorted(folder.name for folder in folders if not (folder / "__init__.py").is_file()) == []
