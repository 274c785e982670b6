"""`check`: judges reports and writes what is wrong with them, in one of three formats.

Owns which reports a path stands for and in what order their results are written. What is said of one report belongs to
`render`; it changes nothing on the disk.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from report_tui.commands.shared import DEBUG, ISSUES, OK, PROBLEMS, UNREADABLE, UsageError, find

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    from report_tui.loading import Loaded
    from report_tui.render.console import Style


def run(paths: Sequence[Path], form: str, rules: Path | None) -> int:
    """Judge reports.

    Args:
        paths: report files, or folders that hold some; none means the nearest report.
        form: `text`, `json` or `github`.
        rules: the rules file of `--rules`, or None.
    """
    if rules is not None:
        from report_tui.storage.rules import read_rules

        # Wrong for one is wrong for all: said once, before anything else.
        read_rules(rules)
    targets = list(_targets(paths))
    single = len(targets) == 1 and len(paths) <= 1
    writer = _WRITERS[form](single)
    writer.begin()
    worst = OK
    for target in targets:
        worst = max(worst, _check_one(writer, target, rules))
    writer.end()
    return worst


def _targets(paths: Sequence[Path]) -> Iterator[tuple[Path, Exception | None]]:
    """The reports to check; for a path without one, the path and why."""
    from report_tui.storage.files import CannotRead, find_reports

    given: Sequence[Path | None] = paths or [None]
    for path in given:
        below = find_reports(path) if path is not None else []
        for found in below:
            yield (found.path, found) if isinstance(found, CannotRead) else (found, None)
        if not below:
            try:
                yield find(path), None
            except CannotRead as error:
                yield path or Path.cwd(), error


def _check_one(writer: _Writer, target: tuple[Path, Exception | None], rules: Path | None) -> int:
    from report_tui import loading
    from report_tui.storage.files import StorageError
    from report_tui.storage.rules import RulesError

    path, error = target
    name = name_of(path)
    if error is None:
        try:
            loaded = loading.load(path, rules)
        except (StorageError, RulesError) as problem:
            error = problem
        except Exception as fault:  # one bad report must not stop the others
            if os.environ.get(DEBUG):
                raise
            error = UsageError(f"unexpected {type(fault).__name__}: {fault}; {ISSUES}")
        else:
            return writer.report(name, loaded)
    reason = f"{error.reason}; {error.way_out}" if isinstance(error, StorageError) else str(error)
    return writer.unreadable(name, reason)


def name_of(path: Path) -> str:
    """How a report is called: relative where it lies below the working directory, with forward slashes."""
    full = Path(os.path.normpath(Path.cwd() / path))
    here = Path.cwd()
    return (full.relative_to(here) if full.is_relative_to(here) else path).as_posix()


class _Writer:
    """Writes each report's result as soon as it is there, so that a thousand need no more memory than one."""

    def __init__(self, single: bool) -> None:
        self.single = single
        self.counts = {"ready": 0, "with problems": 0, "unreadable": 0}

    def begin(self) -> None:
        """Before the first report."""

    def report(self, name: str, loaded: Loaded) -> int:
        """Write one report's result and return its exit code."""
        problem = loaded.report.source.problem
        self.write_report(name, loaded, f"the file is {problem}" if problem else None)
        if problem is not None:
            return self._counted("unreadable", UNREADABLE)
        return self._counted("ready", OK) if loaded.evaluation.ok else self._counted("with problems", PROBLEMS)

    def unreadable(self, name: str, reason: str) -> int:
        """Write that a report cannot be read."""
        self.write_unreadable(name, reason)
        return self._counted("unreadable", UNREADABLE)

    def end(self) -> None:
        """Behind the last report: one line that sums all up."""
        from report_tui.render.console import totals

        self.line(f"report-tui: {totals(self.counts.items())}")

    def write_report(self, name: str, loaded: Loaded, problem: str | None) -> None:
        raise NotImplementedError

    def write_unreadable(self, name: str, reason: str) -> None:
        raise NotImplementedError

    def _counted(self, kind: str, code: int) -> int:
        self.counts[kind] += 1
        return code

    @staticmethod
    def line(text: str) -> None:
        """One line on standard output."""
        sys.stdout.write(f"{text}\n")


class _TextWriter(_Writer):
    def begin(self) -> None:
        self.style = style()

    def write_report(self, name: str, loaded: Loaded, problem: str | None) -> None:
        from report_tui.render.console import report_lines, summary

        self._block(
            [
                *report_lines(name, loaded.course, loaded.evaluation, self.style),
                summary(loaded.evaluation, self.style),
            ]
        )

    def write_unreadable(self, name: str, reason: str) -> None:
        from report_tui.render.console import unreadable_lines

        self._block([*unreadable_lines(name, reason, self.style)])

    def end(self) -> None:
        if not self.single:
            super().end()

    def _block(self, lines: Sequence[str]) -> None:
        sys.stdout.write("\n".join([*lines, "" if self.single else "\n"]))


class _JsonWriter(_Writer):
    def begin(self) -> None:
        if not self.single:
            sys.stdout.write("[")

    def write_report(self, name: str, loaded: Loaded, problem: str | None) -> None:
        from report_tui.render.machine import report_record

        self._record(report_record(name, loaded.course, loaded.evaluation, problem))

    def write_unreadable(self, name: str, reason: str) -> None:
        from report_tui.render.machine import unreadable_record

        self._record(unreadable_record(name, reason))

    def end(self) -> None:
        sys.stdout.write("\n" if self.single else "\n]\n")

    def _record(self, record: dict[str, object]) -> None:
        from report_tui.render.machine import json_text

        if self.single:
            sys.stdout.write(json_text(record, indent=2))
        else:
            first = not any(self.counts.values())
            sys.stdout.write(("\n" if first else ",\n") + json_text(record, indent=None))


class _GithubWriter(_Writer):
    def write_report(self, name: str, loaded: Loaded, problem: str | None) -> None:
        from report_tui.render.machine import annotation_lines

        for annotation in annotation_lines(name, loaded.course, loaded.evaluation):
            self.line(annotation)

    def write_unreadable(self, name: str, reason: str) -> None:
        from report_tui.render.machine import unreadable_annotation

        self.line(unreadable_annotation(name, reason))


_WRITERS: dict[str, type[_Writer]] = {"text": _TextWriter, "json": _JsonWriter, "github": _GithubWriter}


def style() -> Style:
    """What standard output can show."""
    from report_tui.render.console import Style

    terminal = sys.stdout.isatty()
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = 80
    if terminal:
        import shutil

        width = max(40, min(shutil.get_terminal_size().columns, 100))
    try:
        "✓→·…".encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return Style(colour, False, width)
    return Style(colour, True, width)
