"""Where the groups' repositories are, and by which of its commits each is judged.

Owns what counts as a clone that may be read: nothing in it leads elsewhere. Those that have to be fetched first are
`clone_cache`'s. It judges nothing, reads no report and writes nothing.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from report_tui.storage import committed
from report_tui.storage.files import CannotRead
from report_tui.storage.git import GitError
from report_tui.validation.group_row import GroupState

_DEFAULT = "refs/remotes/origin/HEAD"
_USUAL = ("refs/remotes/origin/main", "refs/remotes/origin/master")
_JUNCTION = 0xA0000003
"""What Windows calls a folder that leads elsewhere and is no link."""
_REF = re.compile(rb"ref: refs/[^\n]+\n?|[0-9a-f]{40}(?:[0-9a-f]{24})?\n?")


class Dates(NamedTuple):
    """What is odd about the dates of a branch's commits, in seconds since 1970."""

    newest: int | None = None
    """Of its newest commit, where that does not count any more."""
    below: int | None = None
    """Of a commit before the one that counts, where it is after the deadline: one of the two dates is not true."""


class Clone(NamedTuple):
    """Where one group's repository is."""

    name: str
    """The group's."""
    folder: Path | None = None
    """None where there is none that may be read."""
    state: GroupState = GroupState.UNREADABLE
    """What is said of the group where there is none."""
    problem: str = ""
    """Why there is none."""
    commit: str = ""
    """The one to judge; empty where that is still to be found, by branch and deadline."""
    fetched: bool = False
    """Whether it was fetched by us, so that there is no history to look for another commit in."""
    dates: Dates = Dates()
    """Of a fetched repository."""


class NoCommitError(GitError):
    """The repository holds no commit, or none from before the deadline."""


def in_folder(folder: Path) -> list[Clone]:
    """The groups of a folder: each folder in it is one; a hidden one only where it holds a repository.

    Raises:
        CannotRead: it cannot be listed, or is itself a clone.
    """
    if os.path.lexists(folder / ".git"):
        raise CannotRead(folder, "is itself a clone", "name the folder that holds the groups' clones")
    try:
        found = [entry for entry in os.scandir(folder) if entry.is_symlink() or entry.is_dir(follow_symlinks=False)]
        names = [entry.name for entry in found if entry.name[0] != "." or os.path.lexists(Path(entry, ".git"))]
    except OSError as error:
        raise CannotRead(folder, f"cannot be listed: {error.strerror}", "name a folder that holds clones") from error
    return [_clone(name, folder / name) for name in sorted(names, key=natural)]


def natural(name: str) -> tuple[list[tuple[int, int, str]], str]:
    """What names are sorted by: `group 2` comes before `group 10`."""
    parts = re.split(r"([0-9]{1,18})", name.casefold())
    return [(0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts if part], name


def _clone(name: str, folder: Path) -> Clone:
    try:
        problem = _unsafe(folder)
    except OSError as error:
        problem = f"cannot be looked at: {error.strerror}"
    return Clone(name, None, GroupState.UNREADABLE, problem) if problem else Clone(name, folder)


def _unsafe(folder: Path) -> str:
    """Why a folder is no clone that may be read, or an empty string.

    Git looks for a repository in all folders above as well, and follows what a repository names: neither may happen
    to one that a stranger packed.
    """
    if _kind(folder) != "folder":
        return "is a link, which is not followed"
    home = folder / ".git"
    kind = _kind(home)
    if not kind:
        home = folder
        if not all(_kind(home / part) == "folder" for part in ("objects", "refs")):
            return "holds no git repository"
    elif kind != "folder":
        return f"its .git is a {kind}: it leads to a repository elsewhere, which is not followed"
    kinds = {part: _kind(home / part) for part in ("objects", "refs", "objects/pack", "HEAD", "config", "packed-refs")}
    for part, kind in kinds.items():
        if kind == "link":
            return f"{part} in its repository is a link, which is not followed"
    for part in ("objects/info/alternates", "objects/info/http-alternates", "commondir"):
        if _kind(home / part):
            return f"its repository takes part of itself from elsewhere ({part}), which is not followed"
    head = home / "HEAD"
    # Git would wait for somebody to write into a pipe.
    if (
        kinds["HEAD"] != "file"
        or not kinds["objects"] == kinds["refs"] == "folder"
        or "something else" in kinds.values()
    ):
        return "its git repository is damaged"
    with head.open("rb") as file:
        return "" if _REF.fullmatch(file.read(4096)) else "its git repository is damaged"


def _kind(path: Path) -> str:
    try:
        info = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    if stat.S_ISLNK(info.st_mode) or getattr(info, "st_reparse_tag", 0) == _JUNCTION:
        return "link"
    return "folder" if stat.S_ISDIR(info.st_mode) else "file" if stat.S_ISREG(info.st_mode) else "something else"


class Chosen(NamedTuple):
    """The commit by which a group is judged."""

    commit: committed.Commit
    branch: str
    """Where it was found: `origin/main`, `HEAD`."""
    dates: Dates = Dates()


def choose(objects: committed.Objects, clone: Clone, until: int | None) -> Chosen:
    """The commit to judge: the newest of the default branch, or the last that was made before a time.

    Args:
        objects: of the clone.
        clone: what is known of it.
        until: seconds since 1970; None for the newest.

    Raises:
        NoCommitError: there is none.
        GitError: git could not tell.
    """
    assert clone.folder is not None
    if clone.commit:
        commit = objects.commit(clone.commit)
        if until is not None and commit.committed > until:
            raise GitError("was fetched without its history: name the deadline with --at")
        return Chosen(commit, "HEAD", clone.dates)
    branch, tip = _branch(objects)
    shown = branch.removeprefix("refs/remotes/")
    # The dates are looked at from the newest on: a commit on top of a newer one counts.
    if until is None:
        return Chosen(tip, shown)
    if tip.committed <= until:
        return Chosen(tip, shown, Dates(below=dated_after(clone.folder, tip.oid, until)))
    found = committed.last_before(clone.folder, branch, until)
    if found is not None:
        dates = Dates(tip.committed, dated_after(clone.folder, found, until))
        return Chosen(objects.commit(found), shown, dates)
    if (clone.folder / ".git" / "shallow").exists() or (clone.folder / "shallow").exists():
        raise GitError(
            "the clone is shallow and holds no commit from before the deadline: run git fetch --unshallow in it"
        )
    raise NoCommitError("there is no commit from before the deadline")


def dated_after(folder: Path, commit: str, until: int) -> int | None:
    """The latest date of the commits before one, where it is after a time; None where all are before it.

    Raises:
        GitError: git could not tell.
    """
    latest = committed.newest_of(folder, commit)
    return latest if latest > until else None


def _branch(objects: committed.Objects) -> tuple[str, committed.Commit]:
    """The remote's default branch as it was last fetched; a repository that knows no remote has one of its own."""
    found = list(_there(objects, (_DEFAULT,))) or list(_there(objects, _USUAL))
    if len(found) > 1:
        raise GitError("it is not known which branch is the default one: git remote set-head origin --auto")
    found = found or list(_there(objects, ("HEAD",)))
    if not found:
        raise NoCommitError("there is no commit")
    return found[0]


def _there(objects: committed.Objects, branches: Sequence[str]) -> Iterator[tuple[str, committed.Commit]]:
    for branch in branches:
        with contextlib.suppress(committed.Missing):
            yield branch, objects.commit(branch)
