"""Writes the shipped rules as Python values, so that a check need not parse YAML: `python tools/compile_rules.py`.

A test compares the result with the YAML files; a file that was changed since is parsed as it is.
"""

from __future__ import annotations

import sys
from pathlib import Path
from zlib import crc32

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "report_tui" / "storage" / "compiled_rules.py"
_DEADLINE = "from report_tui.validation.deadline import Deadline\n"
HEAD = '''"""The shipped rules as values, made from `rules/*.yaml` by `python tools/compile_rules.py`; not to be edited.

Parsing them costs as much as a fifth of a `report-tui check`. Each entry holds the CRC-32 of the YAML file it was made
from; `storage.rules` parses a file whose CRC is another one.
"""

from report_tui.validation.deadline import Deadline
from report_tui.validation.ruleset import CourseCheck, FigureRules, QuestionRule, Ruleset, TemplateRules

COMPILED: dict[str, tuple[int, Ruleset]] = {
'''


def compiled() -> str:
    """The module's text."""
    from report_tui.storage.rules import read_rules

    entries = []
    for path in sorted((ROOT / "rules").glob("*.yaml")):
        values = repr(read_rules(path)).replace("QuestionRule(", "\n            QuestionRule(")
        values = values.replace("TemplateRules(", "\n        TemplateRules(")
        entries.append(f"    {path.name!r}: (\n        {crc32(path.read_bytes())},\n        {values},\n    ),\n")
    # No shipped course has a deadline most of the year.
    text = "".join(entries)
    head = HEAD if "Deadline(" in text else HEAD.replace(_DEADLINE, "")
    return f"{head}{text}}}\n".replace(" \n", "\n")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    TARGET.write_text(compiled(), encoding="utf-8", newline="\n")
    print(f"written: {TARGET.relative_to(ROOT)}")
