"""Every system call of a save made to fail, and the process ended at each of them."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import report_tui

STORAGE = Path(report_tui.__file__).parent / "storage"


def test_every_call_that_fails_and_every_end_on_the_way() -> None:
    # A process of its own, since it forks and this one has threads.
    project = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.faults.save_faults", "--few"]
    environment = os.environ | {"PYTHONPATH": str(project)}
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, cwd=project, check=False)
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert found["breaches"] == []
    counts = found["counts"]
    kinds = [count for name, count in counts.items() if name.startswith("calls, ")]
    assert min(kinds) > 40
    assert counts["failed"] > 2 * counts["calls"]
    assert counts["said"] > counts["calls"]
    assert counts["saved all the same"] > counts["calls"] / 2
    if not hasattr(os, "fork"):
        pytest.skip("all the faults were tried, but Windows cannot end a copy of this process at each call")
    assert counts["killed"] >= counts["calls"]
    assert counts["left to be repaired"] > 10  # else none of the writes in place was cut off
    if counts.get("file systems without attributes"):
        pytest.skip("all the faults were tried, but this file system has no extended attributes or access lists")


@pytest.mark.parametrize("name", ["files", "in_place", "locks", "saving", "writing"])
def test_no_call_of_a_save_goes_past_the_faults(name: str) -> None:
    """What Python opens, reads and writes by itself does not go through `os`, where the faults are."""
    assert not {*called(STORAGE / f"{name}.py")} & {"open", "fdopen", "read_bytes", "write_bytes", "read_text", "copy"}


def called(path: Path) -> Iterator[str]:
    """The names of what a module calls, but for what it calls of `os`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of_os = isinstance(node.func.value, ast.Name) and node.func.value.id == "os"
            if not of_os or node.func.attr == "fdopen":
                yield node.func.attr
