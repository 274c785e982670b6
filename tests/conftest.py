"""What every test relies on: a plain environment, Hypothesis profiles, and the folder of real reports.

Owns nothing that a single test file could own. Nothing here may import the package: what a test imports first is that
test's own business.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

PROJECT = Path(__file__).resolve().parent.parent
PTY_TESTS = PROJECT / "tests" / "pty"
NO_PTY = "Windows has no pseudo-terminals"
NOBODY_IS_STOPPED = "no file's permissions stop the superuser; .ci/run has this test run without that privilege"

# Textual reads it while it is imported, which happens when the first test file is collected: a fixture comes too late.
os.environ.pop("NO_COLOR", None)

# The two cores are shared, so that an example's time says nothing. In CI the same examples come every time: a failure
# there can be repeated, and nobody else's push turns red by chance.
settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile("ci", deadline=None, max_examples=50, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

# The harness imports modules that are not installed there, so these files cannot even be collected.
collect_ignore = ["pty", "faults/test_kills.py", "faults/test_signals.py"] if sys.platform == "win32" else []


def pytest_report_header() -> list[str]:
    return [f"left out: {', '.join(collect_ignore)}: {NO_PTY}"] if sys.platform == "win32" else []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if PTY_TESTS in item.path.parents:
            item.add_marker(pytest.mark.pty)


def pytest_collection_finish() -> None:
    # Thousands of collected tests and the libraries stay to the end; looking for garbage among them costs every test.
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if sys.platform == "win32" and item.get_closest_marker("pty") is not None:
        pytest.skip(NO_PTY)
    if item.get_closest_marker("permissions") is not None and not _stopped_by_permissions():
        pytest.skip(NOBODY_IS_STOPPED)


@cache
def _stopped_by_permissions() -> bool:
    """Not whether we are the superuser, who may have given the privilege up."""
    with tempfile.TemporaryDirectory() as folder:
        locked = Path(folder, "locked")
        locked.touch(mode=0o400)
        return not os.access(locked, os.W_OK)


@pytest.fixture(scope="session", autouse=True)
def _state_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the program off the developer's own home and settings, also in the processes that tests start."""
    no_settings = tmp_path_factory.mktemp("config") / "settings.toml"
    no_settings.touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REPORT_TUI_STATE", str(tmp_path_factory.mktemp("state")))
        patch.setenv("REPORT_TUI_CONFIG", str(no_settings))
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real reports beside the project; tests that need it are skipped where it is absent."""
    folder = PROJECT.parent / "shared"
    if not (folder / "reports").is_dir():
        pytest.skip("needs the real reports in ../shared, which are not part of the project")
    return folder
