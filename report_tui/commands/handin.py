"""`handin`: says what the course will see of a report, as git has it at the remote's default branch.

Owns which report and which repository are meant, and the exit code. What is asked and said belongs to `hand_in`.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from report_tui.commands.check import name_of, style
from report_tui.commands.shared import OK, PROBLEMS, UNREADABLE, find

clock = time.time
"""Tests set it."""


def run(path: Path | None, form: str, rules: Path | None, *, fetch: bool) -> int:
    """Say what the course will see.

    Args:
        path: a report or a folder, as for `find_report`; a folder without a report does where it is a repository.
        form: `text` or `json`.
        rules: the rules file of `--rules`, or None.
        fetch: ask the remote first.

    Returns:
        0 where every line is a yes, 1 where one is a no, 2 where none is and something could not be told.
    """
    from report_tui import hand_in
    from report_tui.storage.rules import read_rules
    from report_tui.validation.hand_in_facts import State

    if rules is not None:
        read_rules(rules)
    report, folder = _meant(path)
    fetched = hand_in.fetch(folder) if fetch else hand_in.Fetched()
    found = hand_in.look(folder, report, rules, clock(), fetched=fetched)
    name = name_of(report if report is not None else folder)
    if form == "json":
        from report_tui.render.hand_in_text import hand_in_record
        from report_tui.render.machine import json_text

        sys.stdout.write(json_text(hand_in_record(name, found), indent=2) + "\n")
    else:
        from report_tui.render.hand_in_text import hand_in_lines

        sys.stdout.write("".join(f"{line}\n" for line in hand_in_lines(name, found, style())))
    if found.count(State.NO):
        return PROBLEMS
    return UNREADABLE if found.count(State.UNKNOWN) else OK


def _meant(path: Path | None) -> tuple[Path | None, Path]:
    """The report, if one stands on the disk, and a folder of the repository."""
    from report_tui.storage import remotes
    from report_tui.storage.files import CannotRead
    from report_tui.storage.git import GitError

    try:
        report = find(path)
    except CannotRead:
        folder = path if path is not None else Path()
        if not folder.is_dir():
            raise
        try:
            remotes.repository(folder)
        except GitError:
            pass
        else:
            return None, folder
        raise
    return report, report.parent
