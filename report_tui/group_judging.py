"""One group of many: finds its report in its repository, judges it, and makes its part of the site.

Owns the order of that, and that whatever is wrong with one group is said of that group and stops nothing. It runs in
processes of its own (`storage` and `render` do the work), so that what comes and goes here are plain values.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from report_tui import committed_report, page_making
from report_tui.core import bounds
from report_tui.core.report import Report
from report_tui.group_pictures import Pictures, put
from report_tui.render.clean import clean
from report_tui.render.group_table import when
from report_tui.render.machine import report_record, unreadable_record
from report_tui.storage import clones, committed, git_objects
from report_tui.storage.files import REPORT_FOLDER, REPORT_NAME, CannotSave
from report_tui.storage.git import GitError
from report_tui.storage.rules import RulesFile
from report_tui.validation import matching
from report_tui.validation.group_row import GroupRow, GroupState, judged_row

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    from report_tui.render.group_site import Neighbours, Sheet  # which only a site needs

REPORT = f"{REPORT_FOLDER}/{REPORT_NAME}"
"""What the course reads."""
LONGEST = 2_000_000
"""Bytes of a report that are judged, forty times the largest ever seen: one group must not keep all others waiting."""
_MOST_QUESTIONS = 500
"""Of a report; the largest template has 31, and a page of thousands takes minutes."""
_TRIED = 20
"""Files that are read in search of a report that was moved."""
_SHOWN = 300


class Wishes(NamedTuple):
    """What is the same for all groups."""

    rules: tuple[RulesFile, ...]
    """The staff's."""
    until: int | None
    """The deadline, in seconds since 1970; None for the newest commit."""
    site: Path | None
    """The folder that gets the pages and figures; None for no site."""
    beside: Mapping[str, Neighbours] = {}
    """Each group's neighbours, by its name; for a site."""


class Judged(NamedTuple):
    """What one group comes to."""

    row: GroupRow
    record: dict[str, object]
    """Its JSON object."""
    sheet: Sheet | None = None
    """Its part of the site's pages; None where there is no site, or no report to show."""


class _NoReportError(Exception):
    """There is nothing to judge."""

    def __init__(self, state: GroupState, note: str) -> None:
        super().__init__(note)
        self.state = state


def judge(clone: clones.Clone, wishes: Wishes) -> Judged:
    """Judge one group. Whatever is wrong with it is said in its row.

    Args:
        clone: where its repository is.
        wishes: what is the same for all groups.

    Raises:
        CannotSave: its page or a figure could not be written.
    """
    row = GroupRow(clone.name, clone.state, clone.problem)
    if clone.folder is None:
        return failed(row)
    try:
        with git_objects.Objects(clone.folder) as objects:
            return _Group(objects, clone, wishes).judged()
    except CannotSave:
        raise
    except clones.NoCommitError as error:
        return failed(row._replace(state=GroupState.MISSING, note=str(error)))
    except (GitError, OSError) as error:
        return failed(row._replace(state=GroupState.UNREADABLE, note=f"the repository: {_words(error)}"))
    except MemoryError:
        return failed(row._replace(state=GroupState.UNREADABLE, note="needs more memory to be judged than it may have"))
    except Exception as fault:  # one bad report must not stop the others
        if os.environ.get("REPORT_TUI_DEBUG"):
            raise
        note = f"unexpected {type(fault).__name__}: {fault}"[:_SHOWN]
        return failed(row._replace(state=GroupState.UNREADABLE, note=note))


def _words(error: GitError | OSError) -> str:
    return str(error) if isinstance(error, GitError) else error.strerror or str(error) or type(error).__name__


def _dates(dates: clones.Dates) -> str:
    newest, below = dates
    return _notes(
        "" if newest is None else f"later commits do not count, the newest of {when(newest)}",
        "" if below is None else f"a commit before it is dated {when(below)}: somebody's clock is wrong, or set",
    )


def _notes(*notes: str) -> str:
    return "; ".join(filter(None, notes))


def failed(row: GroupRow) -> Judged:
    """A group of which no report was judged."""
    return Judged(row, {**_group_record(row), **unreadable_record(row.report or REPORT, row.note or row.state.value)})


def _group_record(row: GroupRow) -> dict[str, object]:
    return {
        "group": row.name,
        "state": row.state.value,
        "note": row.note,
        "branch": row.branch or None,
        "commit": row.commit or None,
        "committed": row.committed,
    }


class _Group:
    """One group whose repository can be read."""

    def __init__(self, objects: git_objects.Objects, clone: clones.Clone, wishes: Wishes) -> None:
        self.objects = objects
        self.clone = clone
        self.wishes = wishes

    def judged(self) -> Judged:
        """What the group comes to; raises what git raises."""
        judged = self._as_of(self.wishes.until)
        # Which rules fit is only known now, and they may have a deadline.
        deadline = judged[1].course.deadline if judged[1] is not None else None
        if self.wishes.until is None and deadline is not None:
            judged = self._as_of(deadline.seconds)
        row, found, commit = judged
        if found is None:
            return failed(row)
        problem = found.report.source.problem
        reason = f"the file is {problem}" if problem else None
        row = judged_row(row, found.course, found.evaluation, reason)
        record = report_record(row.report, found.course, found.evaluation, reason)
        sheet = None
        if self.wishes.site is not None:
            sheet = self._sheet(self.wishes.site, row, found, commit)
        return Judged(row, {**_group_record(row), **record}, sheet)

    def _as_of(self, until: int | None) -> tuple[GroupRow, committed_report.Judged | None, git_objects.Commit]:
        commit, branch, dates = clones.choose(self.objects, self.clone, until)
        later = _dates(dates)
        row = GroupRow(self.clone.name, GroupState.UNREADABLE, later, branch, commit.oid, commit.committed)
        try:
            path, data = self._read(commit)
        except _NoReportError as problem:
            return row._replace(state=problem.state, note=_notes(str(problem), later)), None, commit
        if path != REPORT:
            row = row._replace(state=GroupState.MOVED, note=_notes(f"stands in {clean(path)[:_SHOWN]}", later))
        try:
            found = committed_report.judge(self.objects, commit, path, data, self.wishes.rules)
        except bounds.TooMuch as excess:
            note = f"{clean(path)[:_SHOWN]} is too large to be read: {excess}"
            return row._replace(state=GroupState.UNREADABLE, note=_notes(note, later)), None, commit
        if len(found.report.questions) > _MOST_QUESTIONS:
            note = f"{clean(path)[:_SHOWN]} has {len(found.report.questions):,} questions: it is forged"
            return row._replace(state=GroupState.UNREADABLE, note=_notes(note, later)), None, commit
        return row._replace(report=path), found, commit

    def _read(self, commit: git_objects.Commit) -> tuple[str, bytes]:
        """Where the report stands, and its bytes.

        Raises:
            _NoReportError: there is none that may be read.
            GitError: git could not tell.
        """
        found = committed.report(self.objects, commit, REPORT)
        problem = found.problem
        if found.data is not None and len(found.data) > LONGEST:
            problem = f"has {len(found.data):,} bytes, more than the {LONGEST:,} that are judged"
        if problem:
            raise _NoReportError(GroupState.UNREADABLE, f"{REPORT} {problem}")
        if found.data is not None:
            return REPORT, found.data
        # A link or a submodule on the way is not the group's report, wherever it leads.
        folder = self.objects.entry(commit, REPORT_FOLDER)
        if folder is not None and not folder.is_folder:
            raise _NoReportError(GroupState.UNREADABLE, f"{REPORT_FOLDER} is a {folder.kind}, not a folder")
        return self._elsewhere(commit)

    def _elsewhere(self, commit: git_objects.Commit) -> tuple[str, bytes]:
        candidates = [
            entry
            for entry in self.objects.walk(commit)
            if entry.is_file and entry.path.lower().endswith((".md", ".markdown"))
        ]
        candidates.sort(
            key=lambda entry: (
                entry.path.lower() != REPORT.lower(),
                "report" not in entry.path.lower(),
                not entry.path.lower().endswith("readme.md"),
                entry.path,
            )
        )
        rules = [each.ruleset for each in self.wishes.rules]
        for entry in candidates[:_TRIED]:
            try:
                data = self.objects.blob(entry.oid, LONGEST)
            except git_objects.TooLarge:
                continue
            report = Report.from_bytes(data)
            if entry.path.lower() == REPORT.lower() or (report.questions and matching.match(report, rules)):
                return entry.path, data
        raise _NoReportError(GroupState.MISSING, f"there is no {REPORT}")

    def _sheet(self, site: Path, row: GroupRow, found: committed_report.Judged, commit: git_objects.Commit) -> Sheet:
        from report_tui.render import group_site

        pictures = Pictures(self.objects, commit, row.report, found, site)
        name = row.report.rpartition("/")[2]
        made = page_making.page_of(name, found.report, found.course, found.evaluation, pictures)
        source = f"{clean(row.report)} of the commit {commit.oid[:12]}"
        page = made.page._replace(title=clean(f"{row.name}: {made.page.title}"), source=source)
        beside = self.wishes.beside.get(row.name, group_site.Neighbours())
        path = site / group_site.GROUPS / group_site.page_name(row.name)
        put(site, path, group_site.group_html(page, row, beside))
        return group_site.sheet(page, row)
