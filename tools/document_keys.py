"""Writes the table of actions and keys into docs/settings.md: `python tools/document_keys.py`.

A test compares the table with the bindings in the code.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "settings.md"
START, END = "<!-- keys: made by tools/document_keys.py -->\n", "<!-- end of keys -->\n"


def documented(text: str) -> str:
    """The page's text with the table as it should be."""
    from report_tui.tui.keymap import actions
    from report_tui.tui.keys import written

    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    rows = []
    for action in actions().values():
        keys = " ".join(f"`{written(key)}`" for key in action.keys)
        rows.append(f"| `{action.id}` | {keys} | {action.description} |")
    table = "\n".join(["| action | keys | what it does |", "|---|---|---|", *rows])
    return f"{before}{START}\n{table}\n\n{END}{after}"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    TARGET.write_text(documented(TARGET.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    print(f"written: {TARGET.relative_to(ROOT)}")
