"""Compares a report on the disk with what stands in commits: which answers and figures are here and not there.

Owns what counts as a difference, and whose work it is, by the last commit that both sides have. It changes nothing, and
decides nothing about what follows.
"""

from __future__ import annotations

from collections.abc import Mapping

from report_tui import loading
from report_tui.core.report import Report
from report_tui.core.source import fold_newlines
from report_tui.storage import committed
from report_tui.storage.committed import Commit, Entry, Objects, TooLarge
from report_tui.validation.figure_facts import FigureFact
from report_tui.validation.hand_in_facts import Work

_POINTER = 1000
"""Bytes; no pointer of Git LFS has more."""


class Here:
    """The report and its figures on the disk, to be compared with commits."""

    def __init__(self, objects: Objects, path: str, loaded: loading.Loaded) -> None:
        """Begin.

        Args:
            objects: of the repository.
            path: of the report, from the repository's root.
            loaded: the report.
        """
        self._objects = objects
        self._path = path
        self._folder = path.rpartition("/")[0]
        self._loaded = loaded
        self._figures = _used(loaded.facts)
        self._ids: dict[str, frozenset[str]] = {}
        """What git would call each figure's content; nothing where it cannot be read."""
        self._reports: dict[str, Report | None] = {}
        """By commit."""

    def against(self, commit: Commit | None, base: Commit | None = None) -> Work:
        """What is on the disk and not in a commit, without what is there as in `base`: that, others changed.

        Raises:
            GitError: git could not tell.
        """
        theirs, before = self._report(commit), self._report(base)
        figures = tuple(
            path
            for path in self._figures
            if not self._holds(commit, path) and not (base is not None and self._holds(base, path))
        )
        ours = self._loaded.report
        if theirs is None:
            return Work(tuple(number for number, text in texts(ours).items() if text), True, figures)
        if _text(ours) == _text(theirs) or (before is not None and _text(ours) == _text(before)):
            return Work(figures=figures)
        answers = _differing(ours, theirs, before)
        around = _around(ours)
        is_more = around != _around(theirs) and (before is None or around != _around(before))
        if not answers and before is None:
            is_more = True  # a blank line, say: it is told all the same
        return Work(answers, is_more, figures)

    def held(self, branch: Commit, base: Commit, there: Commit) -> tuple[int, ...]:
        """Numbers of the answers that a branch changed, and that are neither `there`, where all is as before, nor here.

        Raises:
            GitError: git could not tell.
        """
        theirs, before, read = self._report(branch), self._report(base), self._report(there)
        if theirs is None or before is None or read is None:
            return ()
        then, seen, here = texts(before), texts(read), texts(self._loaded.report)
        return tuple(
            number
            for number, text in texts(theirs).items()
            if text and text not in (then.get(number), here.get(number)) and seen.get(number) == then.get(number)
        )

    def _report(self, commit: Commit | None) -> Report | None:
        if commit is None:
            return None
        if commit.oid not in self._reports:
            data = committed.report(self._objects, commit, self._path).data
            noise = tuple(rule.placeholder for rule in self._loaded.course.template.questions if rule.placeholder)
            self._reports[commit.oid] = None if data is None else Report.from_bytes(data, noise)
        return self._reports[commit.oid]

    def _holds(self, commit: Commit | None, path: str) -> bool:
        entry = None if commit is None else self._objects.entry(commit, f"{self._folder}/{path}".lstrip("/"))
        if entry is None or not entry.is_file:
            return False
        return entry.oid in self._names(path, entry.oid) or self._stands_for(entry, path)

    def _stands_for(self, entry: Entry, path: str) -> bool:
        """Whether Git LFS committed it in the figure's place: then there is nothing to commit any more."""
        try:
            pointer = self._objects.blob(entry.oid, _POINTER)
            return committed.is_pointer_to(pointer, self._loaded.state.path.parent / path)
        except (TooLarge, OSError, ValueError):
            return False

    def _names(self, path: str, like: str) -> frozenset[str]:
        if path not in self._ids:
            try:
                self._ids[path] = committed.content_ids(self._loaded.state.path.parent / path, like)
            except (OSError, ValueError):
                self._ids[path] = frozenset()
        return self._ids[path]


def _used(facts: Mapping[str, FigureFact]) -> tuple[str, ...]:
    """The figures that answers name, by their paths from the report's folder."""
    return tuple(dict.fromkeys(fact.file.path for fact in facts.values() if fact.file is not None))


def _text(report: Report) -> str:
    return fold_newlines(report.source.text)


def texts(report: Report) -> dict[int, str]:
    """The answers, by their questions' numbers."""
    return {question.id: question.answer.text for question in report.questions}


def _differing(ours: Report, theirs: Report, before: Report | None) -> tuple[int, ...]:
    """Numbers of the answers that are not there as they are here, and that were changed here."""
    here, there = texts(ours), texts(theirs)
    then = None if before is None else texts(before)
    return tuple(
        number
        for number, text in here.items()
        if text != there.get(number) and (then is None or text != then.get(number))
    )


def _around(report: Report) -> str:
    """All that stands outside of the answer regions: the template's text and the checklist."""
    parts, at = [], 0
    for start, end in sorted(question.answer.region for question in report.questions):
        parts.append(report.source.text[at:start])
        at = max(at, end)
    return fold_newlines("\0".join([*parts, report.source.text[at:]]))
