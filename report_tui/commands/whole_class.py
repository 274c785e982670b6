"""`class`: judges all groups of a course at once, as their repositories stood at the deadline.

Owns what is meant by the arguments, the table on standard output and the progress on standard error. What is said of
a group is `group_judging`'s, what is written to `--out` is `group_outputs`'.
"""

from __future__ import annotations

import contextlib
import gc
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from report_tui.commands.check import style
from report_tui.commands.shared import OK, PROBLEMS, UNREADABLE, UsageError, talk
from report_tui.render.clean import clean
from report_tui.storage.clones import Clone
from report_tui.storage.rules import RulesFile
from report_tui.validation.deadline import Deadline, DeadlineError, parse
from report_tui.validation.group_row import GroupState

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    from report_tui.group_judging import Wishes
    from report_tui.group_outputs import Outputs

_BAR = 24
"""Columns."""


class Options(NamedTuple):
    """What was asked for on the command line."""

    at: str | None
    out: Path | None
    rules: Path | None
    jobs: int | None


def run(path: Path, options: Options) -> int:
    """Judge all groups.

    Args:
        path: a folder of clones, or a list of groups.
        options: what was asked for.

    Raises:
        UsageError: a deadline or a list makes no sense, or there is no git.
        storage.files.StorageError: the folder or the list cannot be read, or nothing can be written to `--out`.
        storage.rules.RulesError: the rules file is wrong.
    """
    from report_tui.render.group_table import as_of, totals
    from report_tui.storage.rules import staff_rules

    # The program has it off for commands that are soon over.
    gc.enable()
    _need_git()
    rules = staff_rules(options.rules)
    deadline = _deadline(options, rules)
    outputs = _outputs(path, options.out, rules, deadline)
    with outputs or contextlib.nullcontext():
        found = _clones(path, options.out, deadline)
        states, judged_by = _judged(found, _wishes(found, rules, deadline, outputs), outputs, options.jobs)
        total, *notes = totals(states, judged_by)
        if deadline is not None:
            notes.insert(0, as_of(deadline.text))
        if outputs:
            outputs.finish(notes)
    for note in (total, *notes):
        _say(note)
    if options.out is not None:
        talk(f"written: {(options.out / 'index.html').as_posix()}, class.csv and class.json")
    return _code(states)


def _wishes(
    found: Sequence[Clone], rules: tuple[RulesFile, ...], deadline: Deadline | None, outputs: Outputs | None
) -> Wishes:
    from report_tui.group_judging import Wishes

    seconds = deadline.seconds if deadline else None
    if outputs is None:
        return Wishes(rules, seconds, None)
    from report_tui.render.group_site import neighbours

    return Wishes(rules, seconds, outputs.folder, neighbours([clone.name for clone in found]))


def _judged(
    found: Sequence[Clone], wishes: Wishes, outputs: Outputs | None, jobs: int | None
) -> tuple[Counter[GroupState], dict[str, list[str]]]:
    """Judge all groups and tell of each; returns how many are of each state, and their names by the rules they got."""
    from report_tui.group_run import judge_all
    from report_tui.render.group_table import Table

    states: Counter[GroupState] = Counter()
    judged_by: dict[str, list[str]] = {}
    table = Table((clone.name for clone in found), style(), _room())
    _say(table.heading())
    # Closed before the folder of the pages goes: nobody writes there any more.
    with _Progress(len(found)) as progress, contextlib.closing(judge_all(found, wishes, jobs)) as all_judged:
        for judged in all_judged:
            progress.clear()
            for line in table.lines(judged.row):
                _say(line)
            progress.step(judged.row.name)
            states[judged.row.state] += 1
            if judged.row.questions:
                judged_by.setdefault(judged.row.course, []).append(judged.row.name)
            if outputs:
                outputs.add(judged)
    return states, judged_by


def _code(states: Counter[GroupState]) -> int:
    if any(not state.is_read for state in states):
        return UNREADABLE
    return PROBLEMS if states[GroupState.PROBLEMS] else OK


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    # Somebody may be looking at it behind a pipe.
    sys.stdout.flush()


def _room() -> int | None:
    """Columns of the terminal; None where standard output is none."""
    if not sys.stdout.isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns


def _need_git() -> None:
    from report_tui.storage import git

    try:
        git.program()
    except git.GitError as error:
        raise UsageError(f"{error}; the groups' repositories are read with it") from error


def _deadline(options: Options, rules: Sequence[RulesFile]) -> Deadline | None:
    """The deadline of `--at`, else of the rules that were named."""
    if options.at is None:
        return rules[0].ruleset.deadline if options.rules is not None else None
    try:
        return parse(options.at)
    except DeadlineError as error:
        raise UsageError(f"--at {error}") from error


def _outputs(path: Path, out: Path | None, rules: Sequence[RulesFile], deadline: Deadline | None) -> Outputs | None:
    if out is None:
        return None
    if out.resolve() == path.resolve():
        raise UsageError("--out is the folder of the clones, where its pages would be groups; name another one")
    from report_tui.group_outputs import Outputs  # here: the pages' libraries are not light

    return Outputs(out, rules, deadline)


def _clones(path: Path, out: Path | None, deadline: Deadline | None) -> list[Clone]:
    """Where the groups' repositories are."""
    from report_tui.storage import clones
    from report_tui.storage.files import CannotRead

    if path.is_dir():
        found = clones.in_folder(path)
        ours = out.resolve() if out is not None else None
        found = [clone for clone in found if (path / clone.name).resolve() != ours]
        if not found:
            raise CannotRead(path, "holds no folders", "name the folder that holds the groups' clones")
        return found
    return _fetched(path, deadline)


def _fetched(path: Path, deadline: Deadline | None) -> list[Clone]:
    from report_tui.group_run import fetch_all
    from report_tui.storage import files
    from report_tui.validation import group_list

    try:
        text = files.read(path).data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise files.CannotRead(path, "is not UTF-8", "save it as UTF-8 first") from error
    groups, problems = group_list.load(text, path.as_posix())
    if problems:
        raise UsageError("\n".join(map(str, problems)))
    try:
        with _Progress(len(groups)) as progress:
            return fetch_all(groups, path.parent, deadline.seconds if deadline else None, progress.step)
    except RuntimeError as error:
        raise UsageError("there is no home folder to keep the groups' repositories in") from error


class _Progress:
    """A bar on standard error, where that is a terminal. A context manager: it goes, whatever ends the work."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._columns = 0
        if sys.stderr.isatty():
            import shutil

            # One less: a line that fills the last column has gone on to the next one.
            self._columns = shutil.get_terminal_size().columns - 1

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def step(self, name: str) -> None:
        """One more group is done."""
        self._done += 1
        filled = "#" * (_BAR * self._done // max(self._total, 1))
        self._show(f"[{filled:<{_BAR}}] {self._done} of {self._total}  {clean(name)}")

    def clear(self) -> None:
        """Take the bar away, so that something else can be written."""
        self._show("")

    def _show(self, text: str) -> None:
        if self._columns > 0:
            # Names with wide letters take more columns than they have letters.
            shown = text.encode("ascii", "replace").decode("ascii")[: self._columns]
            sys.stderr.write(f"\r{shown:<{self._columns}}{'' if text else chr(13)}")
            sys.stderr.flush()
