"""Finds out what the course will see of a report: what git has of it, against what stands on the disk.

Owns the order in which git, the commit that the course reads and the disk are asked, and what follows when one of them
cannot tell: then that fact is unknown, and nothing else is given up. It changes nothing, and shows nothing; the lines
are made by `validation.hand_in`. It may take a second: never to be called where keys are waited for.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from report_tui import committed_report, loading
from report_tui.core.report import Report
from report_tui.core.source import fold_newlines
from report_tui.storage import committed, files, git, remotes
from report_tui.storage.committed import Commit, Objects
from report_tui.storage.git import GitError
from report_tui.storage.remotes import Remote, Repository, Standing
from report_tui.storage.rules import find_rules
from report_tui.validation.figure_facts import FigureFact
from report_tui.validation.hand_in import PLACE, Facts, HandIn, Work, told

_ELSEWHERE = 5
"""So many files that may be the report are named."""
_NAME = PLACE.rpartition("/")[2]


class Disk(NamedTuple):
    """The report that is worked on, as it stands on the disk."""

    loaded: loading.Loaded | None
    """None where it cannot be read."""
    problem: str = ""
    """Why not."""


class Unsaved(NamedTuple):
    """What is not saved."""

    answers: tuple[int, ...] = ()
    """Numbers of the questions."""
    boxes: int = 0
    """How many boxes of the checklist."""


def look(
    folder: Path, report: Path | None, explicit_rules: Path | None, now: float, *, unsaved: Unsaved | None = None
) -> HandIn:
    """What the course will see, by what is known here: no server is asked.

    Args:
        folder: in the repository; the report's, where there is one.
        report: the report that is worked on; None where there is none on the disk.
        explicit_rules: the rules file of `--rules`, or None.
        now: seconds since 1970.
        unsaved: what is not saved; None looks at what sittings kept of it.

    Raises:
        storage.rules.RulesError: a rules file is wrong.
    """
    return told(_facts(folder, report, explicit_rules, Facts(now), unsaved))


def look_after_fetching(
    folder: Path, report: Path | None, explicit_rules: Path | None, now: float, *, unsaved: Unsaved | None = None
) -> HandIn:
    """The same, after the remote was asked for its default branch; where that fails, it is said beside what is known.

    Args:
        folder: as for `look`, like the others.
        report: see there.
        explicit_rules: see there.
        now: see there.
        unsaved: see there.

    Raises:
        storage.rules.RulesError: a rules file is wrong.
    """
    problem = ""
    try:
        repo = remotes.repository(folder)
        name = remotes.remote(repo).name
        if name and not repo.is_bare:
            remotes.fetch(repo, name)
    except GitError as error:
        problem = str(error)
    return told(_facts(folder, report, explicit_rules, Facts(now, fetch_problem=problem), unsaved))


def _facts(
    folder: Path, path: Path | None, explicit_rules: Path | None, facts: Facts, unsaved: Unsaved | None
) -> Facts:
    disk = _disk(path, explicit_rules)
    if disk.loaded is not None:
        left = _kept(disk.loaded) if unsaved is None else unsaved
        facts = facts._replace(deadline=disk.loaded.course.deadline, unsaved=left.answers, unsaved_boxes=left.boxes)
    if path is not None and git.index_file(folder) is None:
        return facts._replace(problem=git.NO_REPOSITORY)  # git need not even be started
    try:
        repo = remotes.repository(folder)
    except GitError as error:
        return facts._replace(problem=str(error))
    facts = facts._replace(
        is_bare=repo.is_bare,
        is_shallow=repo.is_shallow,
        is_submodule=repo.is_submodule,
        path=f"{repo.prefix}{path.name}" if path is not None else "",
        work_problem=disk.problem,
    )
    with Objects(folder) as objects:
        facts, commit = _of_remote(facts, repo, objects)
        rules_beside = path if path is not None else folder / PLACE
        facts = _of_commit(facts, objects, commit, rules_beside, explicit_rules)
        return facts if repo.is_bare else _of_work(facts, repo, objects, commit, disk)


def _disk(path: Path | None, explicit_rules: Path | None) -> Disk:
    if path is None:
        return Disk(None, "there is no report on the disk")
    try:
        loaded = loading.load(path, explicit_rules)
    except files.CannotRead as error:
        return Disk(None, f"the report on the disk {error.reason}")
    if loaded.report.source.problem is not None:
        return Disk(None, f"the report on the disk is {loaded.report.source.problem}")
    return Disk(loaded)


def _kept(loaded: loading.Loaded) -> Unsaved:
    """The questions whose text was typed in a sitting that runs, or was cut off, and is not in the file."""
    from report_tui.storage import drafts  # here: the app knows it without

    texts = _texts(loaded.report)
    typed, boxes = drafts.kept(loaded.state.path)
    return Unsaved(tuple(number for number, text in sorted(typed.items()) if texts.get(number) != text), boxes)


# What the course would read


def _of_remote(facts: Facts, repo: Repository, objects: Objects) -> tuple[Facts, Commit | None]:
    try:
        known = _read_from(repo, objects)
    except GitError as error:
        return facts._replace(commit_problem=str(error)), None
    facts = facts._replace(
        remote=known.name,
        others=known.others,
        branch=known.branch,
        is_assumed=known.is_assumed,
        seen=known.seen,
        arrived=known.arrived,
    )
    if not known.oid:
        return facts, None
    try:
        commit = objects.commit(known.oid)
    except GitError as error:
        return facts._replace(oid=known.oid, commit_problem=str(error)), None
    return facts._replace(oid=commit.oid, made=commit.committed), commit


def _read_from(repo: Repository, objects: Objects) -> Remote:
    """What the course reads; a bare repository is itself what is read from, as somebody's remote."""
    known = remotes.remote(repo)
    if not repo.is_bare:
        return known
    branch = remotes.standing(repo, "").branch
    try:
        oid = objects.commit("HEAD").oid
    except committed.Missing:
        oid = ""
    return Remote(known.name, known.others, branch, False, oid)


def _of_commit(
    facts: Facts, objects: Objects, commit: Commit | None, beside: Path, explicit_rules: Path | None
) -> Facts:
    """What stands in that commit at the place where the course reads, and what is to be said of it."""
    if commit is None:
        return facts
    try:
        found = committed.report(objects, commit, PLACE)
        if found.data is None:
            elsewhere = () if found.entry is not None else _elsewhere(objects, commit)
            is_placed = found.entry is not None
            return facts._replace(is_placed=is_placed, place_problem=found.problem, elsewhere=elsewhere)
        judged = committed_report.judge(objects, commit, PLACE, found.data, find_rules(beside, explicit_rules))
    except GitError as error:
        return facts._replace(commit_problem=str(error))
    return facts._replace(
        is_placed=True,
        course=judged.course,
        evaluation=judged.evaluation,
        source_problem=judged.report.source.problem or "",
        unfollowed=judged.figures.unfollowed,
        deadline=judged.course.deadline or facts.deadline,
    )


def _elsewhere(objects: Objects, commit: Commit) -> tuple[str, ...]:
    """Files that may be the report, the likeliest first: the place in another case, then others of its name."""

    def likeness(path: str) -> tuple[bool, bool, int, str]:
        same_case = path.casefold() == PLACE.casefold()
        return not same_case, "report" not in path.casefold(), path.count("/"), path

    found = [entry.path for entry in objects.walk(commit) if entry.is_file and _is_alike(entry.path)]
    return tuple(sorted(found, key=likeness)[:_ELSEWHERE])


def _is_alike(path: str) -> bool:
    folded = path.casefold()
    name = folded.rpartition("/")[2]
    return name == _NAME.casefold() if "/" in path else name in ("report.md", "reports.md")


# What stands here and not there


def _of_work(facts: Facts, repo: Repository, objects: Objects, commit: Commit | None, disk: Disk) -> Facts:
    try:
        standing = remotes.standing(repo, facts.oid)
    except GitError as error:
        return facts._replace(work_problem=facts.work_problem or str(error))
    facts = facts._replace(
        head_branch=standing.branch,
        has_head=bool(standing.head),
        ahead=standing.ahead,
        behind=standing.behind,
        is_base_known=bool(standing.base) or not (facts.oid and standing.head),
    )
    if disk.loaded is None:
        return facts
    try:
        return _compared(facts, objects, commit, standing, disk.loaded)
    except GitError as error:
        return facts._replace(work_problem=str(error))


def _compared(
    facts: Facts, objects: Objects, commit: Commit | None, standing: Standing, loaded: loading.Loaded
) -> Facts:
    here = _Here(objects, facts.path, loaded)
    head = objects.commit(standing.head) if standing.head else None
    uncommitted = here.against(head)
    if commit is None:
        return facts._replace(uncommitted=uncommitted)
    base = objects.commit(standing.base) if standing.base else None
    return facts._replace(uncommitted=uncommitted, unpushed=here.against(commit, base))


class _Here:
    """The report and its figures on the disk, to be compared with commits."""

    def __init__(self, objects: Objects, path: str, loaded: loading.Loaded) -> None:
        self.objects = objects
        self.path = path
        self.folder = path.rpartition("/")[0]
        self.loaded = loaded
        self.figures = _used(loaded.facts)
        self.ids: dict[str, frozenset[str]] = {}
        """What git would call each figure's content; nothing where it cannot be read."""

    def against(self, commit: Commit | None, base: Commit | None = None) -> Work:
        """What is on the disk and not in a commit, without what is there as in `base`: that, others changed.

        Raises:
            GitError: git could not tell.
        """
        theirs, before = self._report(commit), self._report(base)
        figures = tuple(
            path
            for path in self.figures
            if not self._holds(commit, path) and not (base is not None and self._holds(base, path))
        )
        ours = self.loaded.report
        if theirs is None:
            return Work(tuple(number for number, text in _texts(ours).items() if text), True, figures)
        if _text(ours) == _text(theirs) or (before is not None and _text(ours) == _text(before)):
            return Work(figures=figures)
        answers = _differing(ours, theirs, before)
        around = _around(ours)
        is_more = around != _around(theirs) and (before is None or around != _around(before))
        if not answers and before is None:
            is_more = True  # a blank line, say: it is told all the same
        return Work(answers, is_more, figures)

    def _report(self, commit: Commit | None) -> Report | None:
        if commit is None:
            return None
        data = committed.report(self.objects, commit, self.path).data
        if data is None:
            return None
        noise = tuple(rule.placeholder for rule in self.loaded.course.template.questions if rule.placeholder)
        return Report.from_bytes(data, noise)

    def _holds(self, commit: Commit | None, path: str) -> bool:
        entry = None if commit is None else self.objects.entry(commit, f"{self.folder}/{path}".lstrip("/"))
        return entry is not None and entry.is_file and entry.oid in self._ids(path, entry.oid)

    def _ids(self, path: str, like: str) -> frozenset[str]:
        if path not in self.ids:
            try:
                self.ids[path] = committed.content_ids(self.loaded.state.path.parent / path, like)
            except (OSError, ValueError):
                self.ids[path] = frozenset()
        return self.ids[path]


def _used(facts: Mapping[str, FigureFact]) -> tuple[str, ...]:
    """The figures that answers name, by their paths from the report's folder."""
    return tuple(dict.fromkeys(fact.file.path for fact in facts.values() if fact.file is not None))


def _text(report: Report) -> str:
    return fold_newlines(report.source.text)


def _texts(report: Report) -> dict[int, str]:
    return {question.id: question.answer.text for question in report.questions}


def _differing(ours: Report, theirs: Report, before: Report | None) -> tuple[int, ...]:
    """Numbers of the answers that are not there as they are here, and that were changed here."""
    here, there = _texts(ours), _texts(theirs)
    then = None if before is None else _texts(before)
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
