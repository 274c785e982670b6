"""Which libraries really get loaded by each module that is no part of the app, seen from a fresh interpreter.

import-linter reads our imports; this also sees what our dependencies pull in.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from importlib.metadata import packages_distributions
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = PROJECT / "report_tui"

APP_ONLY = {"textual", "rich"}
HEAVY = APP_ONLY | {"markdown_it", "yaml", "PIL", "watchfiles", "nh3", "jinja2", "pygments"}


def dotted(path: Path) -> str:
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


# Importing __main__ may run the program.
MODULES = sorted(dotted(path) for path in PACKAGE.rglob("*.py") if path.name != "__main__.py")
HEADLESS = [name for name in MODULES if not f"{name}.".startswith("report_tui.tui.")]


LIGHT = [name for name in HEADLESS if name == "report_tui" or f"{name}.".startswith("report_tui.core.")]

# One interpreter for all: starting one for each module takes seconds. Ours are forgotten before each import, so that
# each module is imported on its own.
PROBE = """
import importlib, sys
for name in sys.argv[1:]:
    for known in [known for known in sys.modules if known.partition(".")[0] == "report_tui"]:
        del sys.modules[known]
    importlib.import_module(name)
    print(name, *sys.modules)
"""


def loaded(modules: Sequence[str], among: set[str]) -> dict[str, set[str]]:
    """The modules after whose import some of these libraries stand in `sys.modules`, in a fresh interpreter.

    A library that one of them has loaded is there for all that follow.
    """
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *modules], cwd=PROJECT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [name for name, *_ in lines] == list(modules)
    return {name: among & set(found) for name, *found in lines if among & set(found)}


def test_modules_are_found() -> None:
    assert {"report_tui", "report_tui.core", "report_tui.core.report"} <= set(HEADLESS)


def test_the_probe_sees_what_is_loaded() -> None:
    assert loaded(["report_tui", "yaml"], HEAVY) == {"yaml": {"yaml"}}


def test_no_light_module_loads_a_heavy_library() -> None:
    assert loaded(LIGHT, HEAVY) == {}


def test_no_headless_module_loads_what_only_the_app_needs() -> None:
    assert loaded(HEADLESS, APP_ONLY) == {}


def test_check_loads_no_module_that_makes_data_classes() -> None:
    # They would be a fifth of its time.
    modules = ["cli", "commands.check", "loading", "session", "render.console", "core.template"]
    assert loaded([f"report_tui.{module}" for module in modules], {"dataclasses", "inspect"}) == {}


def test_every_folder_with_code_is_a_package() -> None:
    # import-linter and the type checker pass over a folder without __init__.py, and with it over what it imports.
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    assert sorted(folder.name for folder in folders if not (folder / "__init__.py").is_file()) == []


def libraries(path: Path) -> Iterator[str]:
    """The names of what a module imports from elsewhere, also inside of functions."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        yield from (top for name in names if (top := name.partition(".")[0]) not in sys.stdlib_module_names)


def test_every_library_that_is_imported_is_asked_for() -> None:
    """What only comes along with another one may be gone, or of any version, the day after."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked_for = {re.split("[^A-Za-z0-9._-]", line, maxsplit=1)[0].lower() for line in project["dependencies"]}
    imported = {name for path in PACKAGE.rglob("*.py") for name in libraries(path)} - {"report_tui"}
    providers = packages_distributions()
    assert sorted(name for name in imported if not asked_for & {one.lower() for one in providers[name]}) == []


# Not awatch's: it waits for its poller, half a second at most, and never for the disk.
WAITED_FOR = re.compile(r"to_thread|run_in_executor|ThreadPoolExecutor|thread=True")


def test_the_app_has_no_thread_that_its_end_waits_for() -> None:
    """A disk may hang: `storage.waiting` has threads that end with the program."""
    files = [*(PACKAGE / "tui").rglob("*.py"), *(PACKAGE / "storage").glob("wa*.py"), PACKAGE / "page_server.py"]
    code = {
        path: [ast.unparse(node) for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Call)]
        for path in files
    }
    assert sorted(path.name for path, calls in code.items() if any(map(WAITED_FOR.search, calls))) == []
