"""Finds out what the course will see of a report: what git has of it, against what stands on the disk.

Owns the order in which git, the commit that the course reads and the disk are asked, and what follows when one of them
cannot tell: then that fact is unknown, and nothing else is given up. It changes nothing, and shows nothing; the lines
are made by `validation.hand_in`. It may take a second: never to be called where keys are waited for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from report_tui import committed_report, loading
from report_tui.comparing import Here, texts
from report_tui.core import bounds
from report_tui.storage import committed, fetching, files, git, git_objects, remotes
from report_tui.storage.git import GitError
from report_tui.storage.git_objects import Commit, Objects
from report_tui.storage.remotes import Remote, Repository, Standing
from report_tui.storage.rules import find_rules
from report_tui.validation.deadline import Deadline
from report_tui.validation.hand_in import HandIn, told
from report_tui.validation.hand_in_facts import PLACE, SKEW, Facts, Held, Work
from report_tui.validation.hand_in_work import NO_REPORT

_UNREADABLE = (git.CANNOT_READ, git.NO_OBJECT)
_NOT_ALL_THERE = "this is a partial clone, into which not all of that commit was fetched"
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


class Fetched(NamedTuple):
    """What came of asking the remote."""

    problem: str = ""
    """Why it could not be asked; empty where it could, or was not."""
    is_empty: bool = False
    """Whether it holds nothing."""


def fetch(folder: Path) -> Fetched:
    """Ask the remote for its default branch and note down what it holds; `look` says then what follows.

    Args:
        folder: in the repository.
    """
    try:
        repo = remotes.repository(folder)
        name = remotes.remote(repo).name
        if name and not repo.is_bare:
            fetching.fetch(folder, name)
    except GitError as error:
        return Fetched(str(error), isinstance(error, fetching.EmptyRemote))
    return Fetched()


def look(
    folder: Path,
    report: Path | None,
    explicit_rules: Path | None,
    now: float,
    *,
    unsaved: Unsaved | None = None,
    fetched: Fetched = Fetched(),  # noqa: B008 - a value
) -> HandIn:
    """What the course will see, by what is known here: no server is asked.

    Args:
        folder: in the repository; the report's, where there is one.
        report: the report that is worked on; None where there is none on the disk.
        explicit_rules: the rules file of `--rules`, or None.
        now: seconds since 1970.
        unsaved: what is not saved; None looks at what sittings kept of it.
        fetched: what came of asking the remote just now; where that failed, it is said beside what is known.

    Raises:
        storage.rules.RulesError: a rules file is wrong.
    """
    facts = Facts(now, fetch_problem=fetched.problem, is_remote_empty=fetched.is_empty)
    return told(_facts(folder, report, explicit_rules, facts, unsaved))


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
    if repo.is_bare and path is not None:
        return facts._replace(problem=remotes.NOWHERE)
    facts = facts._replace(
        is_bare=repo.is_bare,
        is_submodule=repo.is_submodule,
        path=f"{repo.prefix}{path.name}" if path is not None else "",
        work_problem=disk.problem,
    )
    with Objects(folder) as objects:
        facts, known, commit = _of_remote(facts, repo, objects)
        rules_beside = path if path is not None else folder / PLACE
        facts = _of_commit(facts, objects, commit, rules_beside, explicit_rules)
        if not repo.is_bare:
            facts = _of_work(facts, repo, objects, _Read(known, commit), disk)
    return _with_reason(facts, repo)


def _disk(path: Path | None, explicit_rules: Path | None) -> Disk:
    if path is None:
        return Disk(None, NO_REPORT)
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

    there = texts(loaded.report)
    typed, boxes = drafts.kept(loaded.state.path, loaded.report)
    return Unsaved(tuple(number for number, text in sorted(typed.items()) if there.get(number) != text), boxes)


# What the course would read


class _Read(NamedTuple):
    """What the course would read, as far as it is known."""

    known: Remote
    commit: Commit | None


def _of_remote(facts: Facts, repo: Repository, objects: Objects) -> tuple[Facts, Remote, Commit | None]:
    try:
        known = _read_from(repo, objects)
    except GitError as error:
        return facts._replace(commit_problem=str(error)), Remote(""), None
    facts = facts._replace(
        remote=known.name,
        others=known.others,
        branch=known.branch,
        is_assumed=known.is_assumed,
        seen=_seen(known.times, facts.now),
    )
    if not known.oid:
        return facts, known, None
    try:
        commit = objects.commit(known.oid)
    except GitError as error:
        return facts._replace(oid=known.oid, commit_problem=str(error)), known, None
    arrived = _arrived(known.times, commit.committed)
    return facts._replace(oid=commit.oid, made=commit.committed, arrived=arrived), known, commit


def _seen(times: Sequence[float], now: float) -> float | None:
    """The latest of some times; one that is yet to come only where there is no other: then a clock was wrong."""
    return max((time for time in times if time - now <= SKEW), default=max(times, default=None))


def _arrived(times: Sequence[float], made: int) -> float | None:
    """The earliest of some times, and none where a commit was there before it was made: then a clock was wrong."""
    earliest = min(times, default=None)
    return None if earliest is None or made - earliest > SKEW else earliest


def _read_from(repo: Repository, objects: Objects) -> Remote:
    """What the course reads; a bare repository is itself what is read from, as somebody's remote."""
    known = remotes.remote(repo)
    if not repo.is_bare:
        return known
    branch = remotes.standing(repo, "").branch
    try:
        oid = objects.commit("HEAD").oid
    except git_objects.Missing:
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
            facts = facts._replace(is_placed=found.entry is not None, place_problem=found.problem)
            return facts if facts.is_placed else _searched(facts, objects, commit)
        judged = committed_report.judge(objects, commit, PLACE, found.data, find_rules(beside, explicit_rules))
    except GitError as error:
        return facts._replace(commit_problem=str(error))
    except bounds.TooMuch as excess:
        return facts._replace(is_placed=True, place_problem=f"is too large to be read: {excess}")
    return facts._replace(
        is_placed=True,
        course=judged.course,
        evaluation=judged.evaluation,
        source_problem=judged.report.source.problem or "",
        unfollowed=judged.figures.unfollowed,
        deadline=judged.course.deadline or facts.deadline,
        in_time=_in_time(objects, commit, judged.course.deadline or facts.deadline),
    )


def _in_time(objects: Objects, commit: Commit, deadline: Deadline | None) -> str:
    if deadline is None or commit.committed <= deadline.seconds:
        return ""
    try:
        return git_objects.last_before(objects.folder, commit.oid, deadline.seconds) or ""
    except GitError:
        return ""


def _searched(facts: Facts, objects: Objects, commit: Commit) -> Facts:
    """Files that may be the report, the likeliest first: the one that is worked on, the place in another case."""

    def likeness(path: str) -> tuple[bool, bool, bool, int, str]:
        same_case = path.casefold() == PLACE.casefold()
        return path != facts.path, not same_case, "report" not in path.casefold(), path.count("/"), path

    files_there = [entry.path for entry in objects.walk(commit) if entry.is_file]
    found = [path for path in files_there if path == facts.path or _is_alike(path)]
    likely = sorted(found, key=likeness)[:_ELSEWHERE]
    others = {entry.path for entry in objects.entries(commit.root)} - {path.partition("/")[0] for path in likely[:1]}
    is_free = all(name.casefold() != PLACE.partition("/")[0] for name in others)
    return facts._replace(elsewhere=tuple(likely), is_place_free=is_free)


def _is_alike(path: str) -> bool:
    folded = path.casefold()
    name = folded.rpartition("/")[2]
    if "/" not in path:
        return name in ("report.md", "reports.md")
    return name == _NAME.casefold() or (name.endswith(".md") and folded.split("/")[-2] in ("report", "reports"))


# What stands here and not there


def _of_work(facts: Facts, repo: Repository, objects: Objects, read: _Read, disk: Disk) -> Facts:
    try:
        standing = remotes.standing(repo, facts.oid)
    except GitError as error:
        return facts._replace(work_problem=facts.work_problem or str(error))
    facts = facts._replace(
        head_branch=standing.branch,
        has_head=bool(standing.head),
        under_way=repo.under_way,
        ahead=standing.ahead,
        behind=standing.behind,
        is_base_known=bool(standing.base) or not (facts.oid and standing.head),
    )
    if disk.loaded is None:
        return facts
    here = Here(objects, facts.path, disk.loaded)
    try:
        uncommitted = here.against(objects.commit(standing.head) if standing.head else None)
        facts = facts._replace(uncommitted=uncommitted, ignored=_ignored(uncommitted, repo))
        if read.commit is not None:
            facts = _compared(facts, objects, read.commit, standing, here)
    except GitError as error:
        return facts._replace(work_problem=str(error))
    return facts._replace(held=_held(repo, objects, read, standing.head, here))


def _ignored(work: Work, repo: Repository) -> tuple[str, ...]:
    try:
        return git.ignored(work.figures, repo.folder)
    except GitError:  # then git itself says it, when they are added
        return ()


def _compared(facts: Facts, objects: Objects, commit: Commit, standing: Standing, here: Here) -> Facts:
    base = objects.commit(standing.base) if standing.base else None
    unpushed, differing = here.against(commit, base), here.against(commit)
    theirs = Work(
        tuple(number for number in differing.answers if number not in unpushed.answers),
        differing.is_more and not unpushed.is_more,
        tuple(path for path in differing.figures if path not in unpushed.figures),
    )
    return facts._replace(unpushed=unpushed, changed_there=theirs)


def _held(repo: Repository, objects: Objects, read: _Read, head: str, here: Here) -> tuple[Held, ...]:
    """What other branches hold; where git cannot tell, nothing is claimed of them."""
    if read.commit is None or not head:
        return ()
    found = []
    try:
        for branch in remotes.unmerged(repo, read.known, head):
            base = objects.commit(branch.base)
            since = partial(_since, repo, objects, base, read.commit, here.name)
            numbers = here.held(objects.commit(branch.oid), base, read.commit, since)
            found += [Held(branch.name, numbers)] if numbers else []
    except GitError:
        return tuple(found)
    return tuple(found)


def _since(repo: Repository, objects: Objects, base: Commit, there: Commit, name: str) -> Iterator[Commit]:
    for oid in git_objects.changed_since(repo.folder, base.oid, there.oid, name):
        yield objects.commit(oid)


# Why something is not known


def _with_reason(facts: Facts, repo: Repository) -> Facts:
    """With what explains more than git does of an object that it could not hand out, and of a missing remote."""
    if not facts.is_bare and not facts.remote and not facts.others:
        return facts._replace(around=repo.around)
    if not (facts.commit_problem or facts.work_problem) or not repo.is_partial:
        return facts
    facts = facts._replace(is_partial=True)
    if facts.commit_problem:
        facts = facts._replace(commit_problem=_NOT_ALL_THERE)
    return facts._replace(work_problem=_NOT_ALL_THERE) if facts.work_problem in _UNREADABLE else facts
