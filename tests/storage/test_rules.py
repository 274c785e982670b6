"""Which rules files apply to a report, and what is said about one that cannot be used."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from report_tui.storage import rules
from report_tui.storage.rules import RulesError, find_rules, read_rules, shipped_folder
from tools.compile_rules import compiled

ROOT = Path(__file__).parents[2]

RULES = """\
schema_version: 1
course: {name}
title: t
templates:
  - version: v
    questions:
      1: {{title: Group}}
"""


def write(path: Path, name: str) -> Path:
    path.write_text(RULES.format(name=name), encoding="utf-8", newline="\n")
    return path


def found(report: Path, explicit: Path | None = None) -> list[tuple[str, bool]]:
    return [(file.ruleset.course, file.shipped) for file in find_rules(report, explicit)]


def failure(path: Path) -> str:
    with pytest.raises(RulesError) as error:
        read_rules(path)
    return str(error.value)


def test_the_order_of_precedence(tmp_path: Path) -> None:
    report = tmp_path / "README.md"
    assert found(report) == [("demo", True), ("dtu-02476", True)]
    write(tmp_path / "report-rules.yaml", "beside")
    assert found(report) == [("beside", False)]
    assert found(report, write(tmp_path / "mine.yaml", "mine")) == [("mine", False)]


def test_the_path_is_the_one_that_was_given(tmp_path: Path) -> None:
    beside = write(tmp_path / "report-rules.yaml", "beside")
    assert [file.path for file in find_rules(tmp_path / "README.md")] == [beside]


def test_the_compiled_rules_are_those_of_the_files() -> None:
    kept = (ROOT / "report_tui" / "storage" / "compiled_rules.py").read_text(encoding="utf-8")
    assert kept == compiled(), "run `python tools/compile_rules.py`"
    assert [file.ruleset for file in find_rules(ROOT / "nowhere.md")] == [
        read_rules(path) for path in sorted((ROOT / "rules").glob("*.yaml"))
    ]


def test_shipped_rules_that_were_changed_are_not_taken_from_the_compiled_ones(tmp_path: Path) -> None:
    changed = tmp_path / "demo.yaml"
    changed.write_bytes((ROOT / "rules" / "demo.yaml").read_bytes())
    assert rules._compiled(changed) == read_rules(changed)
    changed.write_bytes(changed.read_bytes().replace(b"Field Robotics", b"Harbour Robotics"))
    assert rules._compiled(changed) is None


def test_shipped_rules_are_read_once(tmp_path: Path) -> None:
    assert find_rules(tmp_path / "a.md") is find_rules(tmp_path / "b" / "c.md")


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = write(tmp_path / "r.yaml", "before")
    first = read_rules(path)
    assert read_rules(path) is first
    write(path, "afterwards")
    assert read_rules(path).course == "afterwards"


def test_the_checkouts_rules_are_shipped() -> None:
    assert shipped_folder() == ROOT / "rules"


def test_an_installed_wheels_rules_are_shipped(tmp_path: Path) -> None:
    # The package as it lies in site-packages: nothing beside it, the rules inside.
    package = tmp_path / "site" / "report_tui"
    for source in (ROOT / "report_tui").rglob("*.py"):
        target = package / source.relative_to(ROOT / "report_tui")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    (package / "_rules").mkdir()
    write(package / "_rules" / "x.yaml", "installed")
    code = "from pathlib import Path; from report_tui.storage.rules import *; "
    code += "print(shipped_folder()); print([(f.ruleset.course, f.shipped) for f in find_rules(Path('a.md'))])"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path / "site", capture_output=True, encoding="utf-8", check=True
    )
    assert run.stdout.splitlines() == [str((package / "_rules").resolve()), "[('installed', True)]"]


def test_a_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "no.yaml"
    with pytest.raises(OSError) as error:
        path.stat()
    assert failure(path) == f"{path}:1:1: cannot be read: {error.value.strerror}"


def test_a_name_that_is_none() -> None:
    assert failure(Path("a\x00b.yaml")) == "a\\u0000b.yaml:1:1: cannot be read: the name is not a file name"


def test_a_folder(tmp_path: Path) -> None:
    assert failure(tmp_path) == f"{tmp_path}:1:1: not a regular file; name a rules file"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "report-rules.yaml"
    os.mkfifo(path)
    assert failure(path) == f"{path}:1:1: not a regular file; name a rules file"


def test_a_broken_link_beside_the_report_is_not_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "report-rules.yaml"
    try:
        path.symlink_to(tmp_path / "gone.yaml")
    except OSError:
        pytest.skip("no right to make links")
    with pytest.raises(RulesError, match=re.escape(f"{path}:1:1: cannot be read: ")):
        find_rules(tmp_path / "README.md")


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_bytes_that_are_not_utf8(tmp_path: Path, ending: bytes) -> None:
    path = tmp_path / "r.yaml"
    path.write_bytes(b"course: x" + ending + "title: é ".encode() + b"\xe9" + ending)
    assert failure(path) == f"{path}:2:10: not UTF-8: byte 0xE9; save the file as UTF-8"


def test_a_huge_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    with path.open("wb") as file:
        file.truncate(1 << 36 if sys.platform == "linux" else 1 << 24)
    assert failure(path) == f"{path}:1:1: larger than 256 kB: no rules file is"


def test_all_problems_of_a_wrong_file_a_line_each(tmp_path: Path) -> None:
    path = write(tmp_path / "r.yaml", "c")
    path.write_text(path.read_text(encoding="utf-8").replace("title", "titel"), encoding="utf-8")
    with pytest.raises(RulesError) as error:
        find_rules(tmp_path / "README.md", path)
    assert str(error.value).splitlines() == [
        f"{path}:1:1: missing key 'title'",
        f"{path}:3:1: unknown key 'titel'; did you mean 'title'?",
        f"{path}:7:10: missing key 'title'",
        f"{path}:7:11: unknown key 'titel'; did you mean 'title'?",
    ]
    assert len(error.value.problems) == 4


def test_yaml_is_loaded_only_when_rules_are_read() -> None:
    code = "import sys, report_tui.storage.rules, report_tui.validation.matching; print('yaml' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert run.stdout == "False\n"
