"""Finds out where a group's repository stands towards its remote: which branch the course reads, and how old that is.

Owns what git has noted down of the remote the last time it was asked; asking it is `fetching`'s. It writes nothing and
reads no report.
"""

from __future__ import annotations

import contextlib
import os
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from report_tui.storage import files, git
from report_tui.storage.git import GitError
from report_tui.validation.hand_in_facts import USUAL_BRANCHES

_LOG_READ = 65_536
"""Bytes at the end of a log in which its last line stands."""
_RENAMED = b"remote: renamed "
"""What git notes down when a remote gets another name, which asks nobody how the branch is now."""
_ORIGIN = "origin"


ELSEWHERE = "the repository's settings say that its files lie elsewhere (core.worktree)"
NOWHERE = "the repository's settings say that it has no files on the disk (core.bare)"
_UNDER_WAY = {
    # A rebase that stops has a commit to pick as well.
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
}
_STASH = "refs/stash"
_LOOKED_AT = 20
"""Branches, the newest: so many at most are compared with what the course reads."""


class Repository(NamedTuple):
    """The repository that a folder belongs to."""

    folder: Path
    """The folder that was asked about; git is run there."""
    prefix: str
    """Where that folder is, from the repository's root: `reports/`; empty at the root and in a bare repository."""
    git_dir: Path
    """Of this working tree."""
    common_dir: Path
    """Of all working trees of the repository."""
    is_bare: bool

    @property
    def around(self) -> str:
        """The name of the repository in which this one lies; empty where it lies in none."""
        if self.git_dir.name != ".git":
            return ""
        outer = git.index_file(self.git_dir.parent.parent)
        return "" if outer is None else outer.parent.parent.name

    @property
    def is_partial(self) -> bool:
        """Whether git left files at the server when it cloned."""
        try:
            return bool(git.ask(["config", "--get-regexp", r"^remote\..*\.promisor$"], self.folder))
        except GitError:  # no such setting
            return False

    @property
    def under_way(self) -> str:
        """What git was told to do and has not finished: `merge`, `rebase`, `cherry-pick`, `revert`; else empty."""
        return next((what for name, what in _UNDER_WAY.items() if os.path.lexists(self.git_dir / name)), "")

    @property
    def is_submodule(self) -> bool:
        """Whether it is a part of another repository, whose clones come without it."""
        parts = self.common_dir.parts
        return any(pair == (".git", "modules") for pair in pairwise(parts))


class Remote(NamedTuple):
    """What is known here of the repository that the course reads."""

    name: str
    """Empty where there is no remote, or it cannot be told which one is meant."""
    others: tuple[str, ...] = ()
    """The other remotes; all, where it cannot be told which one is meant."""
    branch: str = ""
    """Its default branch; empty where that is not known."""
    is_assumed: bool = False
    """Whether the branch is what it usually is, and not what the remote said."""
    oid: str = ""
    """The commit at the end of that branch, as last seen; empty where it was never fetched."""
    times: tuple[float, ...] = ()
    """When this machine learned that the branch is at that commit, or made it so, in seconds since 1970."""

    @property
    def ref(self) -> str:
        """Where git keeps that branch here."""
        return f"refs/remotes/{self.name}/{self.branch}"


class Unmerged(NamedTuple):
    """A branch with commits that are neither in the remote's branch nor in what is checked out."""

    name: str
    """`draft`, `origin/draft`; empty for what was put aside by `git stash`."""
    oid: str
    base: str
    """The last commit that it has in common with the remote's branch."""


class Standing(NamedTuple):
    """Where the working tree's commit stands towards the remote's."""

    branch: str
    """The branch that is checked out; empty where none is."""
    head: str
    """The commit; empty where there is none yet."""
    ahead: int | None
    """Commits here that the remote's branch has not; None where that cannot be told."""
    behind: int | None
    """Commits there that are not here; None where that cannot be told."""
    base: str
    """The last commit that both have; empty where there is none, or it cannot be told."""


def repository(folder: Path) -> Repository:
    """The repository that a folder belongs to.

    Raises:
        GitError: it belongs to none, git is not installed, or could not tell; `ELSEWHERE` where the repository's files
            are not in this folder.
    """
    # The prefix last: it alone may hold a line's end.
    said = git.ask(["rev-parse", "--is-bare-repository", "--is-inside-work-tree", "--show-prefix"], folder)
    bare, inside, prefix = [*os.fsdecode(said).split("\n", 2), "", ""][:3]
    if bare != "true" and inside != "true":
        raise GitError(ELSEWHERE)
    git_dir = _path(git.ask(["rev-parse", "--absolute-git-dir"], folder), folder)
    common = _path(git.ask(["rev-parse", "--git-common-dir"], folder), folder)
    return Repository(folder, prefix.removesuffix("\n"), git_dir, common, is_bare=bare == "true")


def _path(said: bytes, folder: Path) -> Path:
    text = os.fsdecode(said.removesuffix(b"\n").removesuffix(b"\r"))
    return Path(os.path.realpath(folder / text))


def remote(repo: Repository) -> Remote:
    """The remote that the course reads, as far as it is known here: `origin`, or the only one, or the branch's own.

    Raises:
        GitError: git could not tell.
    """
    names = git.ask(["remote"], repo.folder).decode("utf-8", "surrogateescape").splitlines()
    name = _chosen(repo, names)
    others = tuple(other for other in names if other != name)
    if not name:
        return Remote("", others)
    branches, default = _branches(repo, name)
    is_assumed = not default
    if not default:
        usual = [branch for branch in USUAL_BRANCHES if branch in branches]
        default = usual[0] if len(usual) == 1 else next(iter(branches)) if len(branches) == 1 else ""
    if not default:
        return Remote(name, others)
    found = Remote(name, others, default, is_assumed, branches.get(default, ""))
    return found._replace(times=tuple(_seen(repo, found)))


def _chosen(repo: Repository, names: list[str]) -> str:
    if _ORIGIN in names:
        return _ORIGIN
    if len(names) == 1:
        return names[0]
    branch = _branch(repo.folder)
    if branch and names:
        try:
            said = git.ask(["config", "--get", f"branch.{branch}.remote"], repo.folder)
        except GitError:
            return ""
        own = said.decode("utf-8", "replace").strip()
        return own if own in names else ""
    return ""


def _branches(repo: Repository, name: str) -> tuple[dict[str, str], str]:
    """The remote's branches with their commits, and which one is the default as far as that is noted down."""
    start = f"refs/remotes/{name}/"
    listed = git.ask(["for-each-ref", "--format=%(refname)%00%(objectname)%00%(symref)", start], repo.folder)
    found: dict[str, str] = {}
    default = ""
    for line in listed.decode("utf-8", "surrogateescape").splitlines():
        ref, oid, leads_to = [*line.split("\0"), "", ""][:3]
        if ref == f"{start}HEAD":
            default = leads_to.removeprefix(start) if leads_to.startswith(start) else ""
        else:
            found[ref.removeprefix(start)] = oid
    return found, default


def _branch(folder: Path) -> str:
    try:
        return git.ask(["symbolic-ref", "--quiet", "--short", "HEAD"], folder).decode("utf-8", "replace").strip()
    except GitError:
        return ""


def standing(repo: Repository, remote_oid: str) -> Standing:
    """Where the working tree's commit stands towards one of the remote's.

    Args:
        repo: the repository.
        remote_oid: the remote's commit; an empty string where none is known.

    Raises:
        GitError: git could not tell.
    """
    branch = _branch(repo.folder)
    try:
        head = git.ask(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], repo.folder).decode("ascii").strip()
    except GitError:
        return Standing(branch, "", None, None, "")
    if not remote_oid:
        return Standing(branch, head, None, None, "")
    if head == remote_oid:
        return Standing(branch, head, 0, 0, head)
    try:
        base = git.ask(["merge-base", remote_oid, head], repo.folder).decode("ascii").strip()
    except GitError:
        # Without a common commit the counts mean nothing: in a shallow clone it may lie beyond what was fetched.
        return Standing(branch, head, None, None, "")
    counts = git.ask(["rev-list", "--left-right", "--count", f"{remote_oid}...{head}"], repo.folder)
    behind, ahead = (int(count) for count in counts.split())
    return Standing(branch, head, ahead, behind, base)


def unmerged(repo: Repository, known: Remote, head: str) -> list[Unmerged]:
    """The branches here and at the remote, as last fetched, that went another way; the newest first, and not all.

    Args:
        repo: the repository.
        known: the remote, with a commit.
        head: the commit that is checked out; empty where there is none.

    Raises:
        GitError: git could not tell.
    """
    where = ["refs/heads/", f"refs/remotes/{known.name}/", _STASH]
    here = set(git.ask(["for-each-ref", f"--merged={head}", "--format=%(refname)", *where], repo.folder).split(b"\n"))
    how = [f"--no-merged={known.oid}", "--sort=-committerdate", "--format=%(refname)%00%(objectname)"]
    found: dict[str, Unmerged] = {}
    for line in git.ask(["for-each-ref", *how, *where], repo.folder).split(b"\n"):
        ref, _, oid = line.decode("utf-8", "surrogateescape").partition("\0")
        if not oid or oid in found or line.partition(b"\0")[0] in here:
            continue
        if len(found) == _LOOKED_AT:
            break
        with contextlib.suppress(GitError):  # they have nothing in common
            base = git.ask(["merge-base", known.oid, oid], repo.folder).decode("ascii").strip()
            name = "" if ref == _STASH else ref.removeprefix("refs/heads/").removeprefix("refs/remotes/")
            found[oid] = Unmerged(name, oid, base)
    return list(found.values())


# When the remote was seen last


def _seen(repo: Repository, known: Remote) -> list[float]:
    """When the branch was known to be as it is noted down: at a fetch, a push, or when it was cloned."""
    return [
        *_fetched(repo, known),
        *_logged(repo.common_dir / "logs" / known.ref, known.oid),
        *_logged(repo.common_dir / "logs" / f"refs/remotes/{known.name}/HEAD", known.oid),
    ]


def _fetched(repo: Repository, known: Remote) -> list[float]:
    """When FETCH_HEAD was written, where it says of this branch what is noted down of it."""
    times = []
    for folder in {repo.git_dir, repo.common_dir}:
        try:
            state = files.read(folder / "FETCH_HEAD")
        except files.CannotRead:
            continue
        about = f"branch '{known.branch}'".encode()
        for line in state.data.split(b"\n"):
            oid, _, rest = line.partition(b"\t")
            if oid == known.oid.encode() and rest.partition(b"\t")[2].startswith((about + b" of ", about + b"\r")):
                times.append(state.mtime_ns / 1e9)
    return times


def _logged(log: Path, oid: str) -> list[float]:
    """The time of a log's last line, where it tells how this commit came there: `old new name <mail> time zone`."""
    try:
        data = files.read(log).data[-_LOG_READ:]
    except files.CannotRead:
        return []
    lines = [line.partition(b"\t") for line in data.rstrip(b"\n").split(b"\n")]
    last = next((head for head, _, why in reversed(lines) if not why.startswith(_RENAMED)), b"")
    head = last.split(b" ")
    if len(head) < 4 or head[1] != oid.encode() or not head[-2].isdigit():
        return []
    return [float(head[-2])]
