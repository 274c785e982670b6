"""A text with its selection, as tests write it: `|` is the cursor, `[[` and `]]` are the ends of a selection."""

from __future__ import annotations

from report_tui.tui.text_changes import Change


def read(shown: str) -> tuple[str, int, int]:
    """A text as it is shown in these tests, as text and selection."""
    if "|" in shown:
        at = shown.index("|")
        return shown.replace("|", ""), at, at
    start, end = shown.index("[["), shown.index("]]") - 2
    return shown.replace("[[", "").replace("]]", ""), start, end


def show(text: str, change: Change | None) -> str | None:
    """The text after a change, as it is shown in these tests."""
    if change is None:
        return None
    after = change.applied(text)
    start, end = change.selected
    return f"{after[:start]}|{after[start:]}" if start == end else f"{after[:start]}[[{after[start:end]}]]{after[end:]}"
